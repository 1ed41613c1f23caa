import Foundation

/// A private PostgreSQL for one machine, shared by the processes that name the same data directory.
///
/// The first user starts the server, the last one's leaving stops it. Who uses it is known by locks that the kernel
/// drops with their holder, so a killed process leaves nothing that has to be mended.
///
/// The server listens on a unix socket in a folder that only its user (and root) may enter; that is its access control.
package struct EmbeddedPostgres: Sendable {
    /// What a user is to the data directory.
    package enum Role: Sendable {
        /// The one long-running service; a second is refused.
        case daemon
        /// One of any number of short commands.
        case command
    }

    private let dataDirectory: String
    private let supervisorCommand: [String]
    private let limits: Limits
    private let environment: [String: String]

    /// Names the server; does nothing yet.
    ///
    /// - Parameters:
    ///   - dataDirectory: The folder for database, locks and log; made on first use.
    ///   - supervisorCommand: A program with its arguments that calls ``supervise(dataDirectory:environment:limits:)``
    ///     for the same folder. The program's path is absolute, since it is started in `/`; a relative folder in the
    ///     arguments would be another one.
    ///   - limits: The bounds of every wait.
    ///   - environment: Where PATH and TALLY_POSTGRES_BIN are looked up; the supervisor gets all of it.
    package init(
        dataDirectory: String, supervisorCommand: [String], limits: Limits = .init(), environment: [String: String]
    ) {
        precondition(!supervisorCommand.isEmpty)
        self.dataDirectory = dataDirectory
        self.supervisorCommand = supervisorCommand
        self.limits = limits
        self.environment = environment
    }

    /// Becomes a user of the server, starting it if need be, and returns when it takes connections.
    ///
    /// Blocks for at most the sum of the limits, so it does not belong on the cooperative pool.
    ///
    /// - Throws: ``EmbeddedPostgresError/heldByDaemon(dataDirectory:pid:)`` for a second daemon; otherwise what kept
    ///   the server from being ready.
    package func attach(as role: Role) throws(EmbeddedPostgresError) -> EmbeddedPostgresLease {
        let directory = try DataDirectory(preparing: dataDirectory)
        let starter = ServerStarter(
            directory: directory, sockets: try SocketDirectory(for: directory), supervisorCommand: supervisorCommand,
            environment: environment, limits: limits)
        var daemon: FileLock?
        switch role {
        case .command: break
        case .daemon: daemon = try Self.daemonLock(in: directory)
        }
        let users = try directory.lock(.usersLock)
        // Waits only for a server that is being stopped to be gone.
        try users.take(.shared, before: Deadline(after: limits.departure))
        try starter.ensure()
        return EmbeddedPostgresLease(users: users, daemon: daemon, starter: starter)
    }

    /// Finds or makes a data directory, as a server there would want it, without one.
    ///
    /// For files of the service beside a server elsewhere: a folder made otherwise under root could not be used by a
    /// server later.
    ///
    /// - Throws: ``EmbeddedPostgresError`` when the folder cannot be had.
    package static func prepareFolder(_ dataDirectory: String) throws(EmbeddedPostgresError) {
        _ = try DataDirectory(preparing: dataDirectory)
    }

    /// The whole life of the hidden supervisor process; returns its exit code.
    ///
    /// To be called on the main thread and with nothing else going on in the process: on Linux the server ends when
    /// that thread ends, and the process ignores every polite request to end, since only the last user's leaving ends
    /// it.
    package static func supervise(
        dataDirectory: String, environment: [String: String] = ProcessInfo.processInfo.environment,
        limits: Limits = .init()
    ) -> Int32 {
        Supervisor.live(dataDirectory: dataDirectory, environment: environment, limits: limits)
    }

    private static func daemonLock(in directory: DataDirectory) throws(EmbeddedPostgresError) -> FileLock {
        let lock = try directory.lock(.daemonLock)
        guard try lock.tryTake(.exclusive) else {
            throw .heldByDaemon(dataDirectory: directory.path, pid: lock.notedPID)
        }
        lock.note(pid: getpid())
        return lock
    }
}
