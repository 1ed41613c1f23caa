internal import Foundation
internal import Synchronization

/// A server on a free port of the loopback that plays a script on each connection, all at once; gone with its last user.
package final class ScriptedServer: Sendable {
    /// How many connections there are and were.
    private final class Connections: Sendable {
        private let condition = NSCondition()
        private let counts = Mutex((open: 0, all: 0))

        var all: Int { counts.withLock { $0.all } }

        func enter() -> Int {
            counts.withLock { counts in
                counts.open += 1
                counts.all += 1
                return counts.all
            }
        }

        func leave() {
            condition.lock()
            counts.withLock { $0.open -= 1 }
            condition.broadcast()
            condition.unlock()
        }

        func waitForNone() {
            condition.lock()
            while counts.withLock({ $0.open }) > 0 { condition.wait() }
            condition.unlock()
        }
    }

    private let listener: LoopbackListener
    private let connections = Connections()

    /// Listens at once.
    ///
    /// - Parameter script: Is given each connection and its number from 1, on a thread of its own; the connection is closed
    ///   when it returns.
    /// - Throws: when the system has no socket for it.
    package init(_ script: @escaping @Sendable (LoopbackConnection, Int) -> Void) throws {
        let connections = connections
        listener = try LoopbackListener { connection in
            let number = connections.enter()
            let thread = Thread {
                script(connection, number)
                connection.close()
                connections.leave()
            }
            // There are hundreds at once.
            thread.stackSize = 256 << 10
            thread.start()
        }
    }

    /// A server that answers every request of every connection with the same bytes; a request's body is not read.
    ///
    /// - Parameter response: Head and body.
    /// - Throws: when the system has no socket for it.
    package convenience init(answering response: String) throws {
        try self.init { connection, _ in
            while connection.head() != nil { connection.send(response) }
        }
    }

    /// The port it listens on.
    package var port: UInt16 { listener.port }

    /// How many connections were made to it.
    package var connectionCount: Int { connections.all }

    /// The address of a path on this server.
    package func address(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    /// Blocks until every script has returned.
    package func waitForEnd() { connections.waitForNone() }
}
