internal import Synchronization

/// The order in which groups of batches are stored.
///
/// One group is sent while the one before it is being settled: sent, its rows can keep nobody waiting, and settled it is
/// only after its predecessor, whose checkpoint must not be overtaken by its own.
struct StoreQueue {
    private let limit: Int
    private let state = SharedState()
    private let changes: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private var underWay = 0
    private var last: Turn?

    /// A queue.
    ///
    /// - Parameter limit: The most groups that are under way at a time.
    init(limit: Int) {
        self.limit = limit
        (changes, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Whether another group can be sent now.
    var hasPlace: Bool { underWay < limit && state.value.withLock { $0.sender == nil } }

    /// Whether no group is under way.
    var isEmpty: Bool { underWay == 0 }

    /// Whether a group has ended that was not yet collected.
    var hasFinished: Bool { state.value.withLock { $0.finished > 0 } }

    /// The turn of the next group, which begins being sent.
    mutating func nextTurn() -> Turn {
        underWay += 1
        let turn = Turn(after: last, state: state, signal: signal)
        state.value.withLock { $0.sender = ObjectIdentifier(turn) }
        last = turn
        return turn
    }

    /// Takes a group that has ended out.
    mutating func collect() {
        state.value.withLock { $0.finished -= 1 }
        underWay -= 1
    }

    /// Waits until a group was sent or has ended.
    ///
    /// - Throws: `CancellationError`.
    func change() async throws {
        for await _ in changes { return }
        try Task.checkCancellation()
    }

    /// What the groups under way share with the queue.
    fileprivate final class SharedState: Sendable {
        struct Value {
            /// The group that is being sent, if there is one.
            var sender: ObjectIdentifier?
            var finished = 0

            /// Notes that a group was sent, which another one may be by now that is not.
            mutating func sent(_ group: ObjectIdentifier) {
                if sender == group { sender = nil }
            }
        }

        let value = Mutex(Value())
    }

    /// The turn of one group.
    final class Turn: Sendable {
        private let predecessor: AsyncThrowingStream<Never, any Error>?
        private let ending: AsyncThrowingStream<Never, any Error>
        private let continuation: AsyncThrowingStream<Never, any Error>.Continuation
        private let state: SharedState
        private let signal: AsyncStream<Void>.Continuation

        fileprivate init(after predecessor: Turn?, state: SharedState, signal: AsyncStream<Void>.Continuation) {
            self.predecessor = predecessor?.ending
            self.state = state
            self.signal = signal
            (ending, continuation) = AsyncThrowingStream.makeStream()
        }

        /// Says that the group was sent, and waits until the one before it has ended.
        ///
        /// - Throws: The error that the one before it ended with; `CancellationError`.
        func come() async throws {
            state.value.withLock { $0.sent(ObjectIdentifier(self)) }
            signal.yield()
            if let predecessor { for try await _ in predecessor {} }
            try Task.checkCancellation()
        }

        /// Says how the group ended; the one after it goes on or fails likewise.
        func end(throwing error: (any Error)? = nil) {
            state.value.withLock { state in
                state.sent(ObjectIdentifier(self))
                state.finished += 1
            }
            continuation.finish(throwing: error)
            signal.yield()
        }
    }
}
