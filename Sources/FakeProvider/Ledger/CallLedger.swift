internal import Synchronization

/// The calls a fake provider remembers, in the order they came.
final class CallLedger: Sendable {
    private struct Waiter {
        let id: Int
        let count: Int
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var calls: [FakeCall] = []
        /// The number of the first call that is kept.
        var first = 1
        /// How many of the kept calls have ended, and of those that had to go.
        var ended = 0
        var waiters: [Waiter] = []
        var nextWaiter = 0
    }

    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int) { self.capacity = max(capacity, 1) }

    var calls: [FakeCall] { state.withLock { $0.calls } }

    /// Enters a call that is about to be answered; the oldest go once there are too many.
    func enter(_ call: consuming FakeCall) -> CallTicket {
        let call = call
        let number = state.withLock { state in
            // In one go for many, since the others then move.
            if state.calls.count >= capacity + capacity / 4 + 1 {
                let extra = state.calls.count - capacity
                state.calls.removeFirst(extra)
                state.first += extra
            }
            var numbered = call
            numbered.number = state.first + state.calls.count
            state.calls.append(numbered)
            return numbered.number
        }
        return CallTicket(ledger: self, number: number)
    }

    /// Notes how a call ended; only the first time counts.
    func end(_ number: Int, _ outcome: FakeCall.Outcome) {
        let due = state.withLock { state -> [Waiter] in
            let index = number - state.first
            guard state.calls.indices.contains(index), state.calls[index].outcome == .underway else { return [] }
            state.calls[index].outcome = outcome
            state.ended += 1
            let due = state.waiters.filter { $0.count <= state.ended }
            if !due.isEmpty { state.waiters.removeAll { $0.count <= state.ended } }
            return due
        }
        for waiter in due { waiter.continuation.resume() }
    }

    /// Forgets all calls; those under way are forgotten, too.
    func clear() {
        state.withLock { state in
            state.first += state.calls.count
            state.calls.removeAll()
            state.ended = 0
        }
    }

    /// Waits until so many calls have ended since the ledger was last cleared.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    func ended(_ count: Int) async throws {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                // Looked at under the lock: a cancellation from now on finds the waiter there.
                let isCancelled = state.withLock { state -> Bool? in
                    if Task.isCancelled || state.ended >= count { return Task.isCancelled }
                    state.waiters.append(Waiter(id: id, count: count, continuation: continuation))
                    return nil
                }
                if isCancelled == true { continuation.resume(throwing: CancellationError()) }
                if isCancelled == false { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }
}
