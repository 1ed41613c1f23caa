import Dispatch
import Synchronization

/// Where callers and the writer meet: the ledger under one short lock, and what wakes the writer and the reader.
final class Admission: Sendable {
    private struct State {
        var ledger: Ledger
        var writerSleeps = false
        var arrivals: AsyncStream<Void>.Continuation?
        /// Those who wait for the end.
        var closers: [CheckedContinuation<Void, Never>] = []
        var isClosed = false
    }

    private let state: Mutex<State>
    private let alarm = DispatchSemaphore(value: 0)

    init(_ ledger: consuming sending Ledger) { state = Mutex(State(ledger: ledger)) }

    /// Changes the ledger and wakes the writer.
    private func post<Failure: Error>(
        _ change: (inout sending Ledger) throws(Failure) -> Void
    ) throws(Failure) {
        let sleeps = try state.withLock { state throws(Failure) in
            try change(&state.ledger)
            defer { state.writerSleeps = false }
            return state.writerSleeps
        }
        if sleeps { alarm.signal() }
    }

    // What callers do.

    func reserve() throws(DurableQueueError) {
        try state.withLock { state throws(DurableQueueError) in try state.ledger.reserve() }
    }

    func release() { state.withLock { $0.ledger.release() } }

    /// Takes in records, and wakes the writer once for all of them.
    ///
    /// - Returns: Those that are refused, with the reason.
    func append(
        _ submissions: [DurableQueue.Submission]
    ) -> [(submission: DurableQueue.Submission, error: DurableQueueError)] {
        var refused: [(DurableQueue.Submission, DurableQueueError)] = []
        post { ledger in
            for submission in submissions {
                let isReserved = submission.reservation?.take() ?? false
                precondition(
                    !isReserved || submission.reservation?.admission === self, "a reservation of another queue")
                do throws(DurableQueueError) {
                    try ledger.append(
                        Ledger.Entry(record: submission.record, whenSynced: submission.whenSynced),
                        isReserved: isReserved)
                } catch {
                    refused.append((submission, error))
                }
            }
        }
        return refused
    }

    func remove(through sequence: Int64) async throws {
        try await withCheckedThrowingContinuation { continuation in
            do throws(DurableQueueError) {
                try post { ledger throws(DurableQueueError) in
                    try ledger.add(Ledger.Removal(through: sequence, continuation: continuation))
                }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    var backlog: Ledger.Load { state.withLock { $0.ledger.backlog } }

    /// Why nothing is admitted: a fault of the disk, or the end.
    var fault: DurableQueueError? {
        state.withLock { $0.ledger.isClosing ? .closed : $0.ledger.fault }
    }

    /// A new stream of signals, in place of the one before; it starts with one if something is there.
    func makeArrivals() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (former, isClosed) = state.withLock { state in
            defer { state.arrivals = continuation }
            if state.ledger.recorded.records > 0 { continuation.yield() }
            return (state.arrivals, state.isClosed)
        }
        former?.finish()
        if isClosed { continuation.finish() }
        return stream
    }

    /// Refuses what comes from now on.
    func startClosing() { post { $0.startClosing() } }

    /// Refuses what comes from now on, and waits until the writer has ended.
    func close() async {
        startClosing()
        await withCheckedContinuation { continuation in
            let isClosed = state.withLock { state in
                if !state.isClosed { state.closers.append(continuation) }
                return state.isClosed
            }
            if isClosed { continuation.resume() }
        }
    }

    // What the writer does.

    /// Waits for work; nil when there is none until the deadline.
    func nextWork(until deadline: DispatchTime) -> Ledger.Work? {
        while true {
            let work = state.withLock { state in
                let work = state.ledger.takeWork()
                state.writerSleeps = work == nil
                return work
            }
            if let work { return work }
            // A signal that comes with the end of the wait stays for the next one, which then looks once in vain.
            if alarm.wait(timeout: deadline) == .timedOut {
                return state.withLock { state in
                    state.writerSleeps = false
                    return state.ledger.takeWork()
                }
            }
        }
    }

    func settle(_ load: Ledger.Load, isRecorded: Bool) {
        state.withLock { $0.ledger.settle(load, isRecorded: isRecorded) }
    }

    /// Tells the reader that something is there.
    func announce() { _ = state.withLock { $0.arrivals }?.yield() }

    func enter(_ fault: DurableQueueError?) { state.withLock { $0.ledger.enter(fault) } }

    func removed(_ load: Ledger.Load) { state.withLock { $0.ledger.removed(load) } }

    func finishRemoval(_ result: Result<Void, DurableQueueError>) {
        let removal = state.withLock { $0.ledger.finishRemoval() }
        removal?.continuation.resume(with: result)
    }

    func noteCheckpointEnded() { post { $0.noteCheckpointEnded() } }

    var recorded: Ledger.Load { state.withLock { $0.ledger.recorded } }

    /// Whether records or removals wait for the writer.
    var hasUnfinished: Bool { state.withLock { $0.ledger.hasUnfinished } }

    /// Says that the writer has ended and everything is closed.
    func finishClosing() {
        let (arrivals, closers) = state.withLock { state in
            state.isClosed = true
            defer { state.closers = [] }
            return (state.arrivals, state.closers)
        }
        arrivals?.finish()
        for closer in closers { closer.resume() }
    }
}
