internal import Foundation
internal import ProgramRunner

/// A `tally up` of the benchmark's own, with its PostgreSQL.
struct BenchServer {
    /// The daemon's process id.
    let pid: Int32
    /// The process id of its PostgreSQL.
    let databasePid: Int32
    private let daemon: RunningProgram
    private let tally: String
    private let psql: String
    private let folder: String
    private let socketFolder: String

    private static let startLimit = Duration.seconds(120)
    private static let workLimit = Duration.seconds(3600)
    /// Lines of `postmaster.pid`: the process id is the first, the socket's folder the fifth, the state the eighth.
    private static let socketLine = 4
    private static let stateLine = 7

    /// Starts the daemon in a folder and waits until it is ready.
    ///
    /// - Parameters:
    ///   - tally: The program.
    ///   - folder: Where its data and settings go.
    ///   - settings: Its settings, where they differ from the defaults.
    /// - Throws: ``BenchFailure`` when it does not become ready.
    init(tally: String, folder: String, settings: String? = nil) throws {
        var command = [tally, "up", "--data-dir", folder + "/data"]
        command += ["--proxy-listen", "127.0.0.1:0", "--api-listen", "127.0.0.1:0"]
        if let settings {
            let file = folder + "/tally.yaml"
            try settings.write(toFile: file, atomically: true, encoding: .utf8)
            command += ["--config", file]
        }
        var program = Program(command, directory: folder)
        program.environment = InstalledProgram.environment
        let daemon = try RunningProgram(program)
        let ready = Waiting.until(within: Self.startLimit) { !daemon.isRunning || daemon.errors.contains("ready") }
        guard ready, daemon.isRunning else { throw BenchFailure("tally up is not ready: \(daemon.errors)") }
        // The daemon does not wait for its database.
        let file = folder + "/data/pgdata/postmaster.pid"
        var lines: [Substring] = []
        _ = Waiting.until(within: Self.startLimit) {
            lines =
                (try? String(contentsOfFile: file, encoding: .utf8))?.split(
                    separator: "\n", omittingEmptySubsequences: false) ?? []
            return lines.count > Self.stateLine && lines[Self.stateLine].hasPrefix("ready")
        }
        guard lines.count > Self.stateLine, let databasePid = Int32(lines[0]) else {
            throw BenchFailure("PostgreSQL is not ready: \(daemon.errors)")
        }
        self.daemon = daemon
        pid = daemon.pid
        self.databasePid = databasePid
        self.tally = tally
        self.folder = folder
        socketFolder = String(lines[Self.socketLine])
        psql = try Self.findPsql()
    }

    /// The address of its proxy, as the ready line has it.
    var proxyAddress: String { get throws { try address(of: "proxy") } }

    /// The address of its API, as the ready line has it.
    var apiAddress: String { get throws { try address(of: "api") } }

    private func address(of listener: String) throws -> String {
        guard let start = daemon.errors.firstRange(of: listener + " http://")?.upperBound else {
            throw BenchFailure("the ready line names no \(listener): \(daemon.errors)")
        }
        return String(daemon.errors[start...].prefix { $0 != "," && !$0.isWhitespace })
    }

    /// Stops the daemon and its PostgreSQL.
    func stop() throws {
        daemon.signal(SIGTERM)
        _ = try daemon.wait(within: Self.startLimit)
    }

    /// Runs `tally` with arguments.
    func tally(_ arguments: [String]) throws -> FinishedProgram { try run([tally] + arguments) }

    /// Has psql do something in one of its databases; what it prints has no headings.
    @discardableResult
    func psql(_ text: String, in database: String) throws -> FinishedProgram {
        try run([psql, "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", conninfo(database), "-c", text])
    }

    /// How libpq finds one of its databases.
    func conninfo(_ database: String) -> String {
        "host=\(socketFolder) port=5432 user=tally dbname=\(database)"
    }

    private func run(_ command: [String]) throws -> FinishedProgram {
        var program = Program(command, directory: folder)
        program.environment = InstalledProgram.environment
        let finished = try program.run(within: Self.workLimit)
        guard finished.ending == .exited(0) else {
            throw BenchFailure("\(command.joined(separator: " ")) failed: \(finished.errors)")
        }
        return finished
    }

    /// The program itself rather than Debian's wrapper, whose start takes a while.
    private static func findPsql() throws -> String {
        let root = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? [])
            .sorted { $0.compare($1, options: .numeric) == .orderedDescending }
        return try InstalledProgram.path("psql", in: versions.map { "\(root)/\($0)/bin" }, package: "postgresql")
    }
}
