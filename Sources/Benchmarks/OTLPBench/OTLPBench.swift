internal import ArgumentParser
internal import CurlTransport
internal import Foundation
internal import ProgramRunner

/// How many spans a second the daemon takes over OTLP/HTTP, priced and committed.
struct OTLPBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "otlp", abstract: "Send spans of model calls over OTLP/HTTP, and see that each is stored.",
        discussion: "Protobuf, as it is and in gzip. A span that is not stored makes the exit code 1.")

    @Option(help: "The tally to measure.")
    var tally: String

    @Option(help: "How many requests are sent in each way.")
    var requests = 400

    @Option(help: "How many spans each request has.")
    var spans = 512

    @Option(help: "How many connections are kept busy.")
    var connections = 8

    @Option(help: "What the spans are drawn from.")
    var seed: UInt64 = 1

    func validate() throws {
        if requests < 1 || !(1...30_000).contains(spans) || connections < 1 {
            throw ValidationError("--requests and --connections begin at 1, --spans is from 1 to 30000")
        }
    }

    func run() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tally-bench-\(UUID().uuidString)")
        // The database's user has to pass when this runs as root.
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        defer { try? FileManager.default.removeItem(at: folder) }
        let server = try BenchServer(tally: tally, folder: folder.path)
        do {
            try await measure(server, folder.path)
        } catch {
            try? server.stop()
            throw error
        }
        try server.stop()
    }

    private func measure(_ server: BenchServer, _ folder: String) async throws {
        let engine = TransferEngine(threads: 1, maximumIdleConnections: connections)
        defer { engine.shutDown() }
        let url = "http://\(try server.apiAddress)/v1/traces"
        var source = SpanRequest(seed: seed)
        Output.say("seed \(seed), \(requests) requests of \(spans) spans each way, \(connections) connections")
        // Each way up is gone once before it is measured.
        let warm = try (0..<connections).map { _ in try source.next(spans: spans) }
        try await SpanSender(engine: engine, url: url, isCompressed: false).send(warm, connections: connections)
        for isCompressed in [false, true] {
            var bodies = try (0..<requests).map { _ in try source.next(spans: spans) }
            if isCompressed { bodies = try Self.compress(bodies, in: folder) }
            let bytes = bodies.reduce(0) { $0 + $1.count }
            let started = ContinuousClock.now
            try await SpanSender(engine: engine, url: url, isCompressed: isCompressed)
                .send(bodies, connections: connections)
            let (seconds, attoseconds) = (ContinuousClock.now - started).components
            let time = Double(seconds) + Double(attoseconds) / 1e18
            let rate = Output.number(Double(requests * spans) / time, 0)
            Output.say(
                "\(isCompressed ? "gzip" : "plain"): \(rate) spans/s, \(Output.number(Double(bytes) / 1e6 / time, 1)) MB/s"
            )
        }
        let stored = try server.psql("SELECT count(*) FROM events", in: "tally").output
        let wanted = (2 * requests + connections) * spans
        Output.say("\(wanted) spans sent, \(stored.filter(\.isNumber)) events stored")
        if Int(stored.filter(\.isNumber)) != wanted { throw ExitCode.failure }
    }

    /// The bodies in gzip, as exporters compress them.
    private static func compress(_ bodies: [[UInt8]], in folder: String) throws -> [[UInt8]] {
        let place = folder + "/spans"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        for (number, body) in bodies.enumerated() {
            try Data(body).write(to: URL(filePath: "\(place)/\(number)"))
        }
        var program = Program(["gzip", "-r", place], directory: folder)
        program.environment = InstalledProgram.environment
        let finished = try program.run(within: .seconds(600))
        guard finished.ending == .exited(0) else { throw BenchFailure("gzip failed: \(finished.errors)") }
        return try bodies.indices.map { Array(try Data(contentsOf: URL(filePath: "\(place)/\($0).gz"))) }
    }
}
