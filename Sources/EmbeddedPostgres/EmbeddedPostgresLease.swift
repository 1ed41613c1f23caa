import Synchronization

/// The right to use the private server: as long as it is held, and its process lives, the server is not stopped.
package final class EmbeddedPostgresLease: Sendable {
    /// How a release ended.
    package enum Departure: Sendable, Equatable {
        /// Released; nobody waited for what became of the server.
        case released
        /// The server has stopped.
        case stopped
        /// Others use the server, so it runs on.
        case inUse
        /// The server was still stopping when the limit passed; it goes on doing so.
        case stopping
    }

    private struct Held {
        let users: FileLock
        let daemon: FileLock?
    }

    /// What libpq needs to connect.
    ///
    /// Fixed for a data directory, so it stays valid over restarts of the server.
    package let conninfo: String
    private let starter: ServerStarter
    private let held: Mutex<Held?>

    init(users: FileLock, daemon: FileLock?, starter: ServerStarter) {
        conninfo = ServerSettings.conninfo(sockets: starter.sockets)
        self.starter = starter
        held = Mutex(Held(users: users, daemon: daemon))
    }

    deinit { release() }

    /// Starts the server again if it was killed; returns at once while it runs.
    ///
    /// Blocks like ``EmbeddedPostgres/attach(as:)``; a released lease does nothing.
    ///
    /// - Throws: What kept the server from being ready.
    package func ensureServer() throws(EmbeddedPostgresError) {
        // Keeps the locks for the length of the call, should another thread release meanwhile.
        guard let locks = held.withLock({ $0 }) else { return }
        try starter.ensure()
        withExtendedLifetime(locks) {}
    }

    /// Gives the server back; the last user's release stops it.
    ///
    /// May be called again, and happens by itself at the end of the object or of the process.
    ///
    /// - Parameter waitForStop: Whether to wait, within the limits of a stop, until the server has stopped or is seen
    ///   to be used by others. A daemon keeps others out that long.
    /// - Returns: What became of the server, as far as was waited for.
    @discardableResult
    package func release(waitForStop: Bool = false) -> Departure {
        let locks = held.withLock { held in
            defer { held = nil }
            return held
        }
        guard let locks else { return .released }
        locks.users.unlock()
        guard waitForStop else { return .released }
        let limit = starter.limits.fastStop + starter.limits.immediateStop
        let departure = Deadline(after: limit).poll { observe() }
        withExtendedLifetime(locks) {}
        return departure ?? .stopping
    }

    /// What can be seen of the server from outside; nil while that is undecided.
    private func observe() -> Departure? {
        do throws(EmbeddedPostgresError) {
            let supervisor = starter.directory.path(of: .supervisorLock)
            let owner = starter.directory.identity
            if try !FileLock.isHeldExclusively(path: supervisor, owner: owner) { return .stopped }
            let users = try starter.directory.lock(.usersLock)
            if try users.tryTake(.exclusive) { return nil }  // Nobody, but the supervisor has yet to notice.
            return try users.tryTake(.shared) ? .inUse : nil
        } catch {
            return .stopping
        }
    }
}
