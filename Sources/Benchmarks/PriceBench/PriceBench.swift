internal import ArgumentParser
internal import Foundation
internal import ProgramRunner

/// How fast calls are priced: the pricing step alone, the reading of responses, and whole lines through `tally price -`,
/// beside the calculators of others.
struct PriceBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "price", abstract: "Measure pricing, beside the calculators of litellm and genai-prices.")

    @Option(help: "The tally to measure.")
    var tally: String

    @Option(help: "How many lines go through tally price -.")
    var lines = 2_000_000

    @Option(help: "How often each is measured.")
    var rounds = 3

    @Option(help: "What calls are made from.")
    var seed: UInt64 = 1

    @Option(help: "The Python that may have litellm and genai-prices installed.")
    var python = "python3"

    /// The longest one program may take.
    private static let programLimit = Duration.seconds(600)

    func validate() throws {
        if lines < 1 || rounds < 1 { throw ValidationError("--lines and --rounds begin at 1") }
    }

    func run() throws {
        let sample = try CallSample(seed: seed)
        Output.say("seed \(seed), \(rounds) rounds each, medians")
        let pricing = try measure { try sample.priceAll() }
        show("pricing step, one core", pricing, "events/s")
        show("  names looked up, too", try measure { sample.lookUpAll() }, "events/s")
        let bodies = try BodySample(seed: seed)
        show("responses read, one core", try measure { try bodies.readAll() }, "bodies/s")
        let (rate, bytes, peak) = try measureLines()
        let resident = Output.number(Double(peak) / 1e6, 0)
        show("tally price -", rate, "lines/s (\(bytes) bytes a line, \(resident) MB resident)")
        for calculator in ReferenceCalculator.all {
            guard let rate = try calculator.rate(python: python, rounds: rounds) else {
                Output.say("\(calculator.name): not installed")
                continue
            }
            show(calculator.name, rate, "calls/s, one core")
            Output.say("  ratio of the pricing step \(Output.number(pricing / rate, 0))")
        }
    }

    /// The median of the rates of some rounds, after one that is not counted.
    private func measure(_ round: () throws -> Int) throws -> Double {
        _ = try round()
        let clock = ContinuousClock()
        return Output.median(
            try (0..<rounds).map { _ in
                let start = clock.now
                let count = try round()
                return Double(count) / (clock.now - start).inSeconds
            })
    }

    private func measureLines() throws -> (rate: Double, bytes: Int, peak: Int) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tally-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "calls.jsonl")
        let bytes = try CallLog(offerings: CallLog.offerings).write(to: file, count: lines, seed: seed)
        let clock = ContinuousClock()
        var rates: [Double] = []
        var peak = 0
        for _ in 0..<rounds {
            // The quotes go nowhere: writing them is the reader's time.
            var program = Program(
                ["/bin/sh", "-c", "exec \"$0\" price - > /dev/null", tally], directory: folder.path)
            program.environment["HOME"] = folder.path
            program.input = file.path
            let start = clock.now
            let finished = try program.run(within: Self.programLimit)
            guard finished.ending == .exited(0) else { throw BenchFailure("tally price - failed: \(finished.errors)") }
            rates.append(Double(lines) / (clock.now - start).inSeconds)
            peak = max(peak, finished.peakResidentBytes)
        }
        return (Output.median(rates), bytes / lines, peak)
    }

    private func show(_ name: String, _ rate: Double, _ unit: String) {
        let padding = String(repeating: " ", count: max(26 - name.count, 1))
        Output.say("\(name)\(padding)\(Output.number(rate, 0)) \(unit)")
    }
}
