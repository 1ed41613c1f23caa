internal import NIOCore
internal import Synchronization

/// The connections and calls of a proxy, so that it can stop in good order.
final class ClientRegister: Sendable {
    private struct State {
        var connections: [ObjectIdentifier: NIOLoopBound<ClientConnection>] = [:]
        var calls = 0
        var isStopping = false
        var waiter: CheckedContinuation<Void, Never>?

        /// The waiter, once there is nothing left to wait for.
        mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
            calls == 0 ? waiter.take() : nil
        }
    }

    private let state = Mutex(State())
    private let stopping = Atomic(false)

    /// Whether no further request is taken.
    var isStopping: Bool { stopping.load(ordering: .relaxed) }

    /// Adds a connection; on its event loop.
    func add(_ connection: ClientConnection, eventLoop: any EventLoop) {
        let bound = NIOLoopBound(connection, eventLoop: eventLoop)
        state.withLock { $0.connections[ObjectIdentifier(connection)] = bound }
    }

    /// Takes a connection out.
    func remove(_ connection: ClientConnection) {
        state.withLock { $0.connections[ObjectIdentifier(connection)] = nil }
    }

    /// Notes that a call has begun.
    func beginCall() {
        state.withLock { $0.calls += 1 }
    }

    /// Notes that a call has ended.
    func endCall() {
        let waiter = state.withLock { state in
            state.calls -= 1
            return state.takeWaiter()
        }
        waiter?.resume()
    }

    /// Takes no further request, and closes the connections without one.
    func stop() {
        stopping.store(true, ordering: .relaxed)
        for connection in state.withLock({ Array($0.connections.values) }) {
            connection.eventLoop.execute { connection.value.closeIfIdle() }
        }
    }

    /// Waits until no call is under way; for one waiter.
    func callsHaveEnded() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waiter = state.withLock { state in
                    state.waiter = continuation
                    return Task.isCancelled ? state.waiter.take() : state.takeWaiter()
                }
                waiter?.resume()
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiter.take() }
            waiter?.resume()
        }
    }
}
