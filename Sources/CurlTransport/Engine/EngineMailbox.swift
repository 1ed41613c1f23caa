import CCurlLoop
import Synchronization

/// What other threads want of an engine thread, in order; one wake-up for all that comes while it sleeps.
final class EngineMailbox: Sendable {
    enum Order: Sendable {
        case start(UInt64, TransferRequest, any TransferReceiver)
        case send(UInt64, [UInt8])
        case finishBody(UInt64)
        case resume(UInt64)
        case cancel(UInt64)
    }

    /// Wakes the thread that turns a loop.
    ///
    /// Sendable although it points to what belongs to that thread: a wake-up is the one call that is made for other threads,
    /// and the mailbox lets go of the bell, under the lock it is rung under, before the loop is freed.
    @safe
    struct Bell: @unchecked Sendable {
        private let loop: OpaquePointer

        init(_ loop: OpaquePointer) { unsafe self.loop = loop }

        func ring() { unsafe ccurl_loop_wake(loop) }
    }

    private struct State {
        var orders: [Order] = []
        /// The thread waits, or is about to: who brings an order has to wake it.
        var isAsleep = false
        var isStopping = false
        var isClosed: Bool
        var nextID: UInt64 = 1

        /// Whether the thread is to be woken; by the first who asks.
        mutating func takeWaking() -> Bool {
            defer { isAsleep = false }
            return isAsleep
        }
    }

    private let state: Mutex<State>
    /// There until the mailbox is closed.
    ///
    /// It has a lock of its own: who is woken first asks for the orders, and would find their lock still held by who
    /// wakes.
    private let bell: Mutex<Bell?>

    /// A mailbox of the thread this bell wakes; without one it is closed from the beginning.
    init(bell: Bell?) {
        state = Mutex(State(isClosed: bell == nil))
        self.bell = Mutex(bell)
    }

    private func ring() { bell.withLock { $0?.ring() } }

    /// Brings an order; nobody takes it any more once the mailbox is closed.
    func post(_ order: Order) {
        let wakes = state.withLock { state in
            guard !state.isClosed else { return false }
            state.orders.append(order)
            return state.takeWaking()
        }
        if wakes { ring() }
    }

    /// Brings the order to start a transfer; its number, or `nil` when the mailbox is closed.
    func start(_ request: TransferRequest, _ receiver: any TransferReceiver) -> UInt64? {
        let (id, wakes) = state.withLock { state -> (UInt64?, Bool) in
            guard !state.isClosed else { return (nil, false) }
            let id = state.nextID
            state.nextID += 1
            state.orders.append(.start(id, request, receiver))
            return (id, state.takeWaking())
        }
        if wakes { ring() }
        return id
    }

    /// Asks the thread to end.
    func stop() {
        let wakes = state.withLock { state in
            state.isStopping = true
            return state.takeWaking()
        }
        if wakes { ring() }
    }

    /// Gives the thread all that is there, in exchange for an empty array; `false` when it shall end.
    func take(_ orders: inout [Order]) -> Bool {
        state.withLock { state in
            state.isAsleep = false
            swap(&state.orders, &orders)
            return !state.isStopping
        }
    }

    /// Whether the thread may wait, since nothing has come since it last looked; from now on it is woken.
    func mayRest() -> Bool {
        state.withLock { state in
            state.isAsleep = state.orders.isEmpty && !state.isStopping
            return state.isAsleep
        }
    }

    /// Closes it for good; what nobody took.
    func close() -> [Order] {
        bell.withLock { $0 = nil }
        return state.withLock { state in
            state.isClosed = true
            defer { state.orders = [] }
            return state.orders
        }
    }
}
