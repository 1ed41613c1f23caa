import DurableQueue
import Synchronization
import TallyTestSupport

@testable import TallyService

/// Stands between the proxy and its spool, and keeps records back until it is opened.
final class RecordGate: Sendable {
    private typealias Passage = @Sendable () -> Void

    private struct State {
        var isOpen = false
        var waiting: [Passage] = []
        var arrivals: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// What the proxy hands its records to.
    func append(to spool: DurableQueue) -> MeteringProxy.Parts.Append {
        { records in
            let passage: Passage = { spool.append(records) }
            let (passes, arrivals) = self.state.withLock { state in
                if !state.isOpen { state.waiting.append(passage) }
                defer { state.arrivals = [] }
                return (state.isOpen, state.arrivals)
            }
            if passes { passage() }
            for arrival in arrivals { arrival.resume() }
        }
    }

    /// Waits until a record is kept back.
    func holdsRecord() async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.waiting.isEmpty { state.arrivals.append(continuation) }
                return !state.waiting.isEmpty
            }
            if isThere { continuation.resume() }
        }
    }

    /// Lets everything pass, now and later.
    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for passage in waiting { passage() }
    }
}
