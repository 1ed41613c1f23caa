internal import ArgumentParser
internal import Foundation

/// How fast `tally import` stores events, beside how fast `psql \copy` loads the same rows into a plain table.
struct ImportBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Measure tally import against psql \\copy, in turn, in one server.")

    @Option(help: "The tally to measure.")
    var tally: String

    @Option(help: "How many events.")
    var lines = 1_000_000

    @Option(help: "How often each side is measured.")
    var rounds = 3

    @Option(help: "What the events are made from.")
    var seed: UInt64 = 1

    func validate() throws {
        if lines < 1 || rounds < 1 { throw ValidationError("--lines and --rounds begin at 1") }
    }

    func run() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tally-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        defer { try? FileManager.default.removeItem(at: folder) }
        let log = EventLog(events: folder.appending(path: "events.jsonl"), rows: folder.appending(path: "rows.tsv"))
        try log.write(count: lines, seed: seed)
        let bytes = try FileManager.default.attributesOfItem(atPath: log.events.path)[.size] as? Int ?? 0
        Output.say("\(lines) events, seed \(seed), \(bytes / lines) bytes a line")
        let server = try BenchServer(tally: tally, folder: folder.path)
        var imports: [Round] = []
        var copies: [Round] = []
        do {
            for number in 1...rounds {
                imports.append(try server.importLog(log))
                show("round \(number)  tally import", "events", imports[number - 1])
                copies.append(try server.copyRows(log))
                show("round \(number)  psql \\copy  ", "rows", copies[number - 1])
            }
        } catch {
            try server.stop()
            throw error
        }
        try server.stop()
        let (events, rows) = (Output.median(imports.map(\.rate)), Output.median(copies.map(\.rate)))
        let peak = imports.map(\.peakBytes).max() ?? 0
        Output.say("tally import     \(Output.number(events, 0)) events/s (median)")
        Output.say("psql \\copy       \(Output.number(rows, 0)) rows/s (median)")
        Output.say("ratio            \(Output.number(events / rows, 3))")
        Output.say("resident memory  \(Output.number(Double(peak) / 1e6, 1)) MB at most (tally import)")
        if let split = imports.last?.split {
            let parts = "parse \(split.parse) s, price \(split.price) s, load \(split.load) s"
            Output.say("time split       \(parts) (overlapping)")
        }
    }

    private func show(_ name: String, _ unit: String, _ round: Round) {
        var line = "\(name)  \(round.count) \(unit)  \(Output.number(Double(round.count) / round.rate, 2)) s  "
        line += "\(Output.number(round.rate, 0)) \(unit)/s  \(Output.number(Double(round.peakBytes) / 1e6, 1)) MB"
        if let split = round.split { line += "  parse \(split.parse) s  price \(split.price) s  load \(split.load) s" }
        Output.say(line)
    }
}
