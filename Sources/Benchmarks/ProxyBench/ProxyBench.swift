internal import ArgumentParser
internal import Foundation

/// What a call through the metering proxy costs, beside the same call direct, through nginx and through litellm's proxy.
struct ProxyBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proxy", abstract: "Measure the metering proxy beside nginx and litellm, in turn.")

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table
        case json
    }

    @Option(help: "The tally to measure.")
    var tally: String

    @Option(help: "The tally-fake-provider that answers the calls.")
    var fakeProvider: String

    @Option(help: "How often each way is measured.")
    var rounds = 3

    @Option(help: "Seconds of one load; a way gets two for each kind of call and number of connections.")
    var seconds = 5

    @Option(help: "Numbers of connections.")
    var connections = [1, 32, 256]

    @Option(help: "Kinds of calls: buffered, buffered-fake, streaming.")
    var workloads = Workload.quick

    @Option(help: "Streams that are opened at once for the memory they take; 0 leaves that out.")
    var streams = 1_000

    @Option(help: ArgumentHelp("A Python with litellm[proxy] installed, to measure that too.", valueName: "python"))
    var litellm: String?

    @Option(help: "How the result is printed; progress goes to standard error.")
    var format = Format.table

    func validate() throws {
        if rounds < 1 || seconds < 1 { throw ValidationError("--rounds and --seconds begin at 1") }
        if connections.contains(where: { $0 < 1 }) { throw ValidationError("--connections begin at 1") }
        if streams < 0 { throw ValidationError("--streams begins at 0") }
        if workloads.contains(.slowStreaming) { throw ValidationError("slow-streaming is what --streams measures") }
    }

    func run() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tally-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        defer { try? FileManager.default.removeItem(at: folder) }
        let upstreams = try Upstreams(fakeProvider: fakeProvider, folder: folder.path)
        var ways: [any Way] = [DirectWay(upstreams: upstreams)]
        defer {
            for way in ways.reversed() { stop(way.name.rawValue, way.stop) }
            stop("upstreams", upstreams.stop)
        }
        ways.append(try NginxWay(to: upstreams, folder: folder.path))
        let metered = try TallyWay(to: upstreams, tally: tally, folder: folder.path)
        ways.append(metered)
        if let litellm { ways.append(try LiteLLMWay(to: upstreams, python: litellm, folder: folder.path)) }

        let measurement = ProxyMeasurement(
            ways: ways, load: try LoadGenerator(folder: folder.path), seconds: seconds)
        // The rates of latency are taken from the reference, so it comes first.
        let counts = connections.sorted { left, _ in left == ProxyMeasurement.reference }
        for round in 1...rounds {
            Output.note("round \(round) of \(rounds)")
            for workload in workloads {
                for count in counts { try measurement.measure(Setting(workload: workload, connections: count)) }
            }
        }
        let settings = workloads.flatMap { workload in
            connections.map { Setting(workload: workload, connections: $0) }
        }
        var report = ProxyReport(
            measurement.observations, settings: settings, ways: ways.map(\.name), rounds: rounds, seconds: seconds)
        if streams > 0 {
            for way in ways where way.proxy != nil {
                let most = try measurement.openStreams(streams, through: way)
                report.openStreams.append(
                    ProxyReport.OpenStreams(way: way.name, streams: streams, residentMb: most.map { Double($0) / 1e6 }))
            }
        }
        report.events = try events(of: metered, measurement)
        switch format {
        case .table: report.table.forEach(Output.say)
        case .json: Output.say(try report.json)
        }
    }

    /// Compares what was answered with what was recorded.
    private func events(of way: TallyWay, _ measurement: ProxyMeasurement) throws -> ProxyReport.Events {
        way.processes?.waitForQuiet()
        let events = ProxyReport.Events(
            answered: measurement.answered[.tally] ?? 0, mayBeCut: measurement.mayBeCut[.tally] ?? 0,
            recorded: try way.countEvents())
        guard (events.answered...events.answered + events.mayBeCut).contains(events.recorded) else {
            throw BenchFailure("not each call became one event: \(events)")
        }
        return events
    }

    private func stop(_ name: String, _ stop: () throws -> Void) {
        do { try stop() } catch { Output.note("\(name) was not stopped: \(error)") }
    }
}
