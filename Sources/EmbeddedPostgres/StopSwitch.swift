import CProcess
import Foundation
import Synchronization

/// Stops the server as soon as nobody uses it: first in order, then at once, then by force.
final class StopSwitch: Sendable {
    private struct State {
        var server: ChildProcess?
        var isStopping = false
    }

    private let users: FileLock
    private let limits: EmbeddedPostgres.Limits
    private let state = Mutex(State())

    /// `users` is the lock every user shares; nobody uses the server once it can be had exclusively.
    init(users: FileLock, limits: EmbeddedPostgres.Limits) {
        self.users = users
        self.limits = limits
    }

    /// Whether the last user has gone.
    ///
    /// From then on new users wait, until this process has ended.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Begins to wait for the last user.
    ///
    /// A thread of its own blocks in the kernel, so an idle supervisor costs nothing; it ends with the process.
    func arm() {
        Thread.detachNewThread { [self] in
            // A lock that cannot be waited for would leave a server nobody ever stops, so that counts as no user.
            try? users.takeWhenFree(.exclusive)
            let server = state.withLock { state in
                state.isStopping = true
                return state.server
            }
            if let server { stop(server) }
        }
    }

    /// Hands over the server that is to be stopped; one that comes too late is told at once.
    func guardServer(_ server: ChildProcess) {
        let isLate = state.withLock { state in
            state.server = server
            return state.isStopping
        }
        if isLate { Thread.detachNewThread { [self] in stop(server) } }
    }

    private func stop(_ server: ChildProcess) {
        server.signal(SIGINT)
        if server.waitForEnd(before: Deadline(after: limits.fastStop)) != nil { return }
        server.signal(SIGQUIT)
        if server.waitForEnd(before: Deadline(after: limits.immediateStop)) != nil { return }
        server.signal(SIGKILL)
    }
}
