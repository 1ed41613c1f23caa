internal import Foundation
internal import ProgramRunner

/// A `tally up` of the benchmark's own, whose PostgreSQL both sides load into.
struct BenchServer {
    private let daemon: RunningProgram
    private let tally: String
    private let psql: String
    private let folder: String
    private let socketFolder: String

    private static let startLimit = Duration.seconds(120)
    private static let workLimit = Duration.seconds(3600)
    /// Lines of `postmaster.pid`: the socket's folder is the fifth.
    private static let socketLine = 4

    /// Starts the daemon in a folder and waits until it is ready.
    init(tally: String, folder: String) throws {
        var program = Program(
            [tally, "up", "--data-dir", folder + "/data", "--api-listen", "127.0.0.1:0"], directory: folder)
        program.environment = Self.environment
        let daemon = try RunningProgram(program)
        let ready = Waiting.until(within: Self.startLimit) { !daemon.isRunning || daemon.errors.contains("ready") }
        guard ready, daemon.isRunning else { throw BenchFailure("tally up is not ready: \(daemon.errors)") }
        let state = try String(contentsOfFile: folder + "/data/pgdata/postmaster.pid", encoding: .utf8)
        let lines = state.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count > Self.socketLine else { throw BenchFailure("postmaster.pid does not name the socket") }
        self.daemon = daemon
        self.tally = tally
        self.folder = folder
        socketFolder = String(lines[Self.socketLine])
        psql = try Self.findPsql()
    }

    /// Imports a log into a database that is made for it and dropped afterwards.
    func importLog(_ log: EventLog) throws -> Round {
        try statement("CREATE DATABASE bench_import", in: "tally")
        let address = ["--database-url", conninfo("bench_import")]
        _ = try run([tally, "migrate"] + address)
        // As the daemon does when it starts.
        _ = try run([tally, "prices", "apply"] + address)
        try statement("CHECKPOINT", in: "tally")
        let (finished, seconds) = try timed([tally, "import", "--format", "json"] + address + [log.events.path])
        let result = try JSONDecoder().decode(ImportResult.self, from: Data(finished.output.utf8))
        try statement("DROP DATABASE bench_import", in: "tally")
        return Round(
            count: result.stored, seconds: seconds, peakBytes: finished.peakResidentBytes, split: result.seconds)
    }

    /// Copies the same rows into a plain table with a unique index, in a database made for it and dropped afterwards.
    func copyRows(_ log: EventLog) throws -> Round {
        try statement("CREATE DATABASE bench_copy", in: "tally")
        try statement("CREATE TABLE calls (\(EventLog.columns))", in: "bench_copy")
        try statement("CREATE UNIQUE INDEX ON calls (time, id)", in: "bench_copy")
        try statement("CHECKPOINT", in: "tally")
        let (finished, seconds) = try timed(
            psqlCommand("bench_copy") + ["-c", "\\copy calls FROM '\(log.rows.path)'"])
        try statement("DROP DATABASE bench_copy", in: "tally")
        guard let count = finished.output.split(separator: " ").last.flatMap({ Int($0.filter(\.isNumber)) }) else {
            throw BenchFailure("psql does not say how many rows it copied: \(finished.output)")
        }
        return Round(count: count, seconds: seconds, peakBytes: finished.peakResidentBytes, split: nil)
    }

    /// Stops the daemon and its PostgreSQL.
    func stop() throws {
        daemon.signal(SIGTERM)
        _ = try daemon.wait(within: Self.startLimit)
    }

    private func statement(_ text: String, in database: String) throws {
        _ = try run(psqlCommand(database) + ["-c", text])
    }

    private func psqlCommand(_ database: String) -> [String] {
        [psql, "-X", "-v", "ON_ERROR_STOP=1", "-d", conninfo(database)]
    }

    private func conninfo(_ database: String) -> String {
        "host=\(socketFolder) port=5432 user=tally dbname=\(database)"
    }

    private func timed(_ command: [String]) throws -> (FinishedProgram, Duration) {
        let clock = ContinuousClock()
        let start = clock.now
        let finished = try run(command)
        return (finished, clock.now - start)
    }

    private func run(_ command: [String]) throws -> FinishedProgram {
        var program = Program(command, directory: folder)
        program.environment = Self.environment
        let finished = try program.run(within: Self.workLimit)
        guard finished.ending == .exited(0) else {
            throw BenchFailure("\(command.joined(separator: " ")) failed: \(finished.errors)")
        }
        return finished
    }

    /// What the programs need of the caller's environment, and nothing that would change what they do.
    private static var environment: [String: String] {
        ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "TMPDIR"].contains($0.key) }
    }

    /// The program itself rather than Debian's wrapper, whose start takes a while.
    private static func findPsql() throws -> String {
        let files = FileManager.default
        let root = "/usr/lib/postgresql"
        let versions = ((try? files.contentsOfDirectory(atPath: root)) ?? [])
            .sorted { $0.compare($1, options: .numeric) == .orderedDescending }
        let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let candidates = versions.map { "\(root)/\($0)/bin/psql" } + folders.map { "\($0)/psql" }
        guard let found = candidates.first(where: files.isExecutableFile(atPath:)) else {
            throw BenchFailure("psql is not installed: it comes with the postgresql package")
        }
        return found
    }
}
