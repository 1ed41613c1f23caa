import CProcess
import Foundation

/// The life of the process that is the parent of the server: starts it, tells whether that worked, and stops it when
/// the last user has gone.
///
/// Runs on the main thread, since on Linux the server is interrupted when the thread that started it ends: so a killed
/// supervisor takes its server along.
struct Supervisor {
    /// How long to wait for another supervisor's lock: longer than anybody looks at it.
    private static let lockLimit = Duration.seconds(5)
    /// How long a start is repeated while remains of a killed server, such as its last connections, end by themselves.
    private static let remainsLimit = Duration.seconds(20)
    /// The pause between two such starts, in milliseconds.
    private static let remainsPauseMilliseconds: Int32 = 250
    /// The pause between two looks at the size of the log, in milliseconds.
    private static let logPauseMilliseconds: Int32 = 60_000

    /// Exit codes above this one stand for the signal that ended a process.
    private static let signalCodes: Int32 = 128

    let directory: DataDirectory
    let sockets: SocketDirectory
    let log: ServerLog
    let limits: EmbeddedPostgres.Limits

    private var probe: ServerProbe { ServerProbe(socket: sockets.socket) }

    /// The whole life.
    ///
    /// Returns the exit code: 0 when the server was stopped because nobody used it, or another supervisor was there
    /// first.
    static func live(dataDirectory: String, environment: [String: String], limits: EmbeddedPostgres.Limits) -> Int32 {
        cprocess_ignore_requests_to_end()
        umask(0o077)
        let channel = ReportChannel()
        do throws(EmbeddedPostgresError) {
            let directory = try DataDirectory(preparing: dataDirectory)
            let own = try directory.lock(.supervisorLock)
            let isFirst = try Deadline(after: lockLimit).poll { () throws(EmbeddedPostgresError) in
                try own.tryTake(.exclusive) ? true : nil
            }
            guard isFirst != nil else {
                channel.send(.busy)
                return 0
            }
            // Held until the process ends: whoever finds it free knows that no supervisor lives.
            defer { withExtendedLifetime(own) {} }
            let supervisor = Supervisor(
                directory: directory, sockets: try SocketDirectory(for: directory),
                log: try ServerLog(of: directory, limit: limits.logBytes), limits: limits)
            channel.redirectStandardStreams(to: supervisor.log)
            return try supervisor.run(environment: environment, channel: channel)
        } catch {
            channel.send(.failed(error.description))
            return 1
        }
    }

    private func run(environment: [String: String], channel: ReportChannel) throws(EmbeddedPostgresError) -> Int32 {
        let installation = try PostgresInstallation.find(
            major: directory.clusterMajor(), environment: environment, as: directory.identity)
        if !directory.hasCluster {
            try ClusterMaker(directory: directory, installation: installation, log: log, limit: limits.initialise)
                .make()
        }
        // First, so that whoever listens in the folder is known to be ours.
        try sockets.prepare(for: directory.identity)
        try endOrphan()
        defer { sockets.remove() }
        let stopSwitch = StopSwitch(users: try directory.lock(.usersLock), limits: limits)
        stopSwitch.arm()
        keepLogBounded()
        let remains = Deadline(after: Self.remainsLimit)
        while true {
            let hasRemains = FileManager.default.fileExists(atPath: directory.path(of: .cluster) + "/postmaster.pid")
            let server = try start(installation)
            stopSwitch.guardServer(server)
            let isReady = try awaitAnswer(of: server, channel: channel)
            let code = server.waitForEnd()
            if stopSwitch.isStopping { return 0 }
            if isReady { return 1 }
            // Killed meanwhile, or kept out by what a killed one left: neither says anything about the next attempt.
            guard hasRemains || code > Self.signalCodes, !remains.hasPassed else {
                throw .startFailed(
                    message: "the private PostgreSQL in \(directory.path) ended with code \(code) before it was "
                        + "ready; its log \(log.path) ends with:\n\(log.tail)")
            }
            cprocess_pause(Self.remainsPauseMilliseconds)
        }
    }

    private func start(_ installation: PostgresInstallation) throws(EmbeddedPostgresError) -> ChildProcess {
        let null = try NullDevice()
        let arguments = ServerSettings.arguments(
            cluster: directory.path(of: .cluster), sockets: sockets, memory: ServerSettings.machineMemory)
        return try ChildProcess(
            ChildProcess.Request(
                arguments: [installation.postgres] + arguments, environment: ServerSettings.environment,
                input: null.descriptor, output: log.descriptor, errors: log.descriptor, identity: directory.identity,
                newSession: true, interruptWithParent: true))
    }

    /// Waits until the server takes connections, and says so; false when it ended before that.
    ///
    /// The limit for this wait is with the users: when the last one gives up, the server is stopped.
    private func awaitAnswer(of server: ChildProcess, channel: ReportChannel) throws(EmbeddedPostgresError) -> Bool {
        while server.poll() == nil {
            switch probe.ask().answer {
            case .ready:
                channel.send(.ready)
                return true
            case .foreign(let sqlState):
                server.signal(SIGINT)
                _ = server.waitForEnd()
                throw .startFailed(
                    message: "the server in \(directory.path) refuses user \(ServerSettings.user) or database "
                        + "\(ServerSettings.database) (SQLSTATE \(sqlState)); restore the data directory from a "
                        + "backup, or move it away to begin with an empty database")
            case .absent, .notYet:
                cprocess_pause(Deadline.pauseMilliseconds)
            }
        }
        return false
    }

    /// Ends a server whose supervisor was killed.
    ///
    /// On Linux it is ending already, so it cannot be kept; elsewhere it is not, and nobody would be there to stop it.
    /// That it listens on our private socket proves that it is ours.
    private func endOrphan() throws(EmbeddedPostgresError) {
        let listener = probe.ask().listener
        guard listener > 1 else { return }
        for (signal, limit) in [(SIGINT, limits.fastStop), (SIGQUIT, limits.immediateStop)] {
            _ = cprocess_signal(listener, signal)
            let isGone = Deadline(after: limit).poll { probe.ask().answer == .absent ? true : nil }
            if isGone != nil { return }
        }
        throw .startFailed(
            message: "a server that lost its supervisor (process \(listener)) in \(directory.path) does not stop; "
                + "end it with \"kill -QUIT \(listener)\"")
    }

    private func keepLogBounded() {
        let log = log
        Thread.detachNewThread {
            while true {
                cprocess_pause(Self.logPauseMilliseconds)
                log.keepBounded()
            }
        }
    }
}
