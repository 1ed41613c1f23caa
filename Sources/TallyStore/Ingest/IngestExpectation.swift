internal import Synchronization

/// Whether the next batch is expected to hold only events that are new; a guess that costs time when it is wrong, and
/// nothing else.
final class IngestExpectation: Sendable {
    private let isFresh = Atomic(true)

    var expectsFresh: Bool {
        get { isFresh.load(ordering: .relaxed) }
        set { isFresh.store(newValue, ordering: .relaxed) }
    }
}
