internal import Dispatch
internal import Synchronization

/// Carries the cancellation of a task to the one statement it runs, and to no later one.
final class CancelRelay: Sendable {
    /// A server that does not stop after this many requests (about ten seconds) is taken for dead.
    private static let maximumRequests = 14
    private static let firstPauseMilliseconds = 25
    private static let maximumPauseMilliseconds = 1_000
    /// How long the end of a statement waits for a request that is still on its way.
    private static let drainSeconds = 10

    private static let queue = DispatchQueue(label: "postgres.cancel", attributes: .concurrent)

    private enum Phase { case waiting, running, finished }

    private struct State {
        var phase = Phase.waiting
        var isRequested = false
        /// Whether a request is between being decided and having reached the server.
        var isSending = false
    }

    private let state = Mutex(State())
    private let sent = DispatchSemaphore(value: 0)
    private let target: CancelTarget?

    /// Makes a relay for one statement; without a target it only remembers the wish.
    init(target: CancelTarget?) { self.target = target }

    var isRequested: Bool { state.withLock { $0.isRequested } }

    /// Marks the statement as being sent; false when it must not be sent because it is cancelled already.
    func begin() -> Bool {
        state.withLock { state in
            guard !state.isRequested else { return false }
            state.phase = .running
            return true
        }
    }

    /// Marks the statement as over and waits for a request still on its way, which would hit the next statement.
    ///
    /// - Returns: false when that request did not come back in time, so the connection must not be used again.
    func finish() -> Bool {
        let mustWait = state.withLock { state in
            state.phase = .finished
            return state.isSending
        }
        return !mustWait || sent.wait(timeout: .now() + .seconds(Self.drainSeconds)) == .success
    }

    /// Cancels the statement; returns at once, on whatever thread the task was cancelled.
    func request() {
        let mustSend = state.withLock { state in
            defer { state.isRequested = true }
            return state.phase == .running && !state.isRequested && target != nil
        }
        if mustSend { Self.queue.async { self.send(attempt: 1) } }
    }

    /// Asks the server, again and again: a request that arrives before its statement is ignored by the server.
    private func send(attempt: Int) {
        guard let target else { return }
        let isRunning = state.withLock { state in
            state.isSending = state.phase == .running
            return state.isSending
        }
        guard isRunning else { return }
        if attempt <= Self.maximumRequests { target.askServer() } else { target.cutLine() }
        let isFinished = state.withLock { state in
            state.isSending = false
            return state.phase == .finished
        }
        guard !isFinished else {
            sent.signal()
            return
        }
        guard attempt <= Self.maximumRequests else { return }
        let pause = min(Self.firstPauseMilliseconds << (attempt - 1), Self.maximumPauseMilliseconds)
        Self.queue.asyncAfter(deadline: .now() + .milliseconds(pause)) { self.send(attempt: attempt + 1) }
    }
}
