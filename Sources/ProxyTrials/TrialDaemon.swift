internal import BlockingExecutor
internal import Foundation
internal import ProgramRunner
internal import ProxyLoad

/// The daemon of a trial: started, killed and started again, on the same data.
///
/// It waits for processes on a thread of its own.
actor TrialDaemon {
    private let executor = BlockingExecutor(label: "trial.daemon")
    private let site: TrialSite
    private let command: [String]
    private let hasPrivateServer: Bool
    /// Where the proxy of the running daemon listens.
    nonisolated let proxy = ProxyAddress()
    private var program: RunningProgram?
    /// Where its API is.
    private(set) var api: String?
    /// What the daemons before the present one wrote.
    private var earlierErrors = ""

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// A daemon that is not started yet.
    ///
    /// - Parameters:
    ///   - site: Where it runs.
    ///   - command: The program and its arguments, but for the addresses to listen on.
    ///   - hasPrivateServer: Whether its PostgreSQL is its own.
    init(_ site: TrialSite, command: [String], hasPrivateServer: Bool) {
        self.site = site
        self.hasPrivateServer = hasPrivateServer
        self.command = command + ["--api-listen", "127.0.0.1:0", "--proxy-listen", "127.0.0.1:0"]
    }

    /// Starts it and waits until it is ready.
    func start() throws {
        let program = try spawn()
        let isSettled = Waiting.until(within: TrialLimits.start) {
            !program.isRunning || Self.addresses(in: program.errors) != nil
        }
        guard isSettled, let addresses = Self.addresses(in: program.errors) else {
            throw TrialError("the daemon is not ready: \(program.errors)")
        }
        guard let proxyURL = addresses["proxy"].flatMap(URL.init(string:)), let host = proxyURL.host(),
            let port = proxyURL.port, let api = addresses["api"]
        else { throw TrialError("the ready line names no proxy and no api: \(program.errors)") }
        self.api = api
        proxy.move(host: host, port: port)
    }

    /// Starts it, and kills it at a moment of its start.
    func startAndKill(at moment: KillCycle.StartMoment) throws {
        switch moment {
        case .spawned: _ = try spawn()
        case .locked: try awaitLock(of: try spawn())
        case .ready: try start()
        case .stored:
            try start()
            try awaitStored()
        }
        try kill()
    }

    private func awaitLock(of program: RunningProgram) throws {
        let lock = site.data + "/daemon.lock"
        let isSettled = Waiting.until(within: TrialLimits.start) {
            !program.isRunning || Self.text(of: lock).hasPrefix("\(program.pid)\n")
        }
        guard isSettled, program.isRunning else {
            throw TrialError("the daemon ended while it started: \(program.errors)")
        }
    }

    /// What kills it from any thread, at once; ``awaitKilled()`` follows.
    func killer() throws -> @Sendable () -> Void {
        let program = try running()
        let proxy = proxy
        return {
            proxy.forget()
            program.signal(SIGKILL)
        }
    }

    /// Waits for the end of a daemon that is being killed.
    func awaitKilled() throws {
        let finished = try running().wait(within: TrialLimits.start)
        forget(finished)
        guard finished.ending == .killed(SIGKILL) else {
            throw TrialError("the daemon ended by itself, \(finished.ending): \(finished.errors)")
        }
    }

    /// Kills it.
    func kill() throws {
        try killer()()
        try awaitKilled()
    }

    /// Ends it politely.
    func stop() throws {
        let program = try running()
        program.signal(SIGTERM)
        let finished = try program.wait(within: TrialLimits.start)
        forget(finished)
        guard finished.ending == .exited(0) else {
            throw TrialError("the daemon did not stop well, \(finished.ending): \(finished.errors)")
        }
    }

    /// Ends it, however it is, and waits until a private PostgreSQL has followed it: then the folders may go.
    func end() {
        if let program {
            program.signal(SIGKILL)
            if let finished = try? program.wait(within: TrialLimits.start) { forget(finished) }
        }
        let server = site.data + "/pgdata/postmaster.pid"
        if hasPrivateServer {
            _ = Waiting.until(within: TrialLimits.start) { !FileManager.default.fileExists(atPath: server) }
        }
    }

    /// The process that runs now.
    var pid: Int32 {
        get throws { try running().pid }
    }

    /// All that the daemon and those before it have written to standard error.
    var errors: String { earlierErrors + (program?.errors ?? "") }

    private func spawn() throws -> RunningProgram {
        var program = Program(command, directory: site.folder)
        program.environment = site.environment
        let running = try RunningProgram(program)
        self.program = running
        return running
    }

    private func running() throws -> RunningProgram {
        guard let program else { throw TrialError("the daemon does not run") }
        return program
    }

    private func forget(_ finished: FinishedProgram) {
        proxy.forget()
        earlierErrors += finished.errors
        program = nil
        api = nil
    }

    /// The listeners in the ready line, once it is there whole: `tally: ready, proxy http://…, api http://…`.
    private static func addresses(in errors: String) -> [String: String]? {
        let lines = errors.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        guard let line = lines.first(where: { $0.hasPrefix("tally: ready, ") }) else { return nil }
        let pairs = line.split(separator: ", ").dropFirst().map { $0.split(separator: " ") }.filter { $0.count == 2 }
        return Dictionary(pairs.map { (String($0[0]), String($0[1])) }) { $1 }
    }

    private static func text(of path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}
