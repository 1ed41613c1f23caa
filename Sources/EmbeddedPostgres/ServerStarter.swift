import Foundation

/// Sees to it that a server runs for a user who holds the shared lock already, so no supervisor stops it meanwhile.
struct ServerStarter: Sendable {
    /// What became of a supervisor that was started.
    private enum Outcome { case ready, vanished }

    let directory: DataDirectory
    let sockets: SocketDirectory
    let supervisorCommand: [String]
    let environment: [String: String]
    let limits: EmbeddedPostgres.Limits

    /// Returns when a supervised server takes connections: one that is there, one that another process is starting, or
    /// one started here.
    func ensure() throws(EmbeddedPostgresError) {
        if try isServed() { return }
        let start = try directory.lock(.startLock)
        try start.take(.exclusive, before: Deadline(after: limits.startLock))
        let deadline = Deadline(after: limits.initialise + limits.ready)
        for _ in 0..<limits.startAttempts {
            if try joins(before: deadline) { return }
            switch try launch(before: deadline) {
            case .ready: return
            case .vanished: continue
            }
        }
        throw .startFailed(
            message: "the supervisor of the private PostgreSQL in \(directory.path) was killed "
                + "\(limits.startAttempts) times while it started; find out what kills it "
                + "(memory limits?) and try again")
    }

    private func isServed() throws(EmbeddedPostgresError) -> Bool {
        try isSupervised() && ServerProbe(socket: sockets.socket).ask().answer == .ready
    }

    private func isSupervised() throws(EmbeddedPostgresError) -> Bool {
        try FileLock.isHeldExclusively(path: directory.path(of: .supervisorLock), owner: directory.identity)
    }

    /// Waits for the server of a living supervisor, whose starter may have been killed; false when none lives.
    private func joins(before deadline: Deadline) throws(EmbeddedPostgresError) -> Bool {
        let isServed = try deadline.poll { () throws(EmbeddedPostgresError) -> Bool? in
            if try !isSupervised() { return false }
            return ServerProbe(socket: sockets.socket).ask().answer == .ready ? true : nil
        }
        guard let isServed else { throw notReady(deadline) }
        return isServed
    }

    /// Starts a supervisor and waits for its report.
    private func launch(before deadline: Deadline) throws(EmbeddedPostgresError) -> Outcome {
        let installation = try PostgresInstallation.find(
            major: directory.clusterMajor(), environment: environment, as: directory.identity)
        var inherited = environment
        // What was found need not be searched again.
        inherited[PostgresInstallation.overrideVariable] = installation.folder
        let pipe = try ChildPipe()
        let null = try NullDevice()
        try ChildProcess.detach(
            ChildProcess.Request(
                arguments: supervisorCommand, environment: inherited, input: null.descriptor,
                output: pipe.writeEnd, errors: null.descriptor, newSession: true))
        pipe.closeWriteEnd()
        guard let text = pipe.readAll(before: deadline, atMost: SupervisorReport.limit) else {
            throw notReady(deadline)
        }
        switch SupervisorReport(text: text) {
        case .ready: return .ready
        case .failed(let message): throw .startFailed(message: message)
        case .busy, nil: return .vanished
        }
    }

    private func notReady(_ deadline: Deadline) -> EmbeddedPostgresError {
        let log = directory.path(of: .log)
        return .notReady(seconds: deadline.seconds, log: log, tail: ServerLog.tail(of: log))
    }
}
