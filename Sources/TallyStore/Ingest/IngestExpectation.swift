internal import Synchronization

/// What the next events are expected to be like, by what the last ones were; a guess that costs time when it is wrong,
/// and nothing else.
final class IngestExpectation: Sendable {
    private let isFresh = Atomic(true)
    private let quarters = Mutex<Set<Int64>>([])

    /// The most quarters of an hour remembered, seven years of them; past it the memory starts anew.
    private static let maximumQuarters = 250_000

    /// Whether the next batches are expected to hold only events that are new.
    var expectsFresh: Bool {
        get { isFresh.load(ordering: .relaxed) }
        set { isFresh.store(newValue, ordering: .relaxed) }
    }

    /// Notes that rollups are about to be written.
    ///
    /// - Parameter deltas: What is added to them.
    /// - Returns: Those of their quarters that rollups had been written for before, so that rows may be there already.
    func expectRollups(of deltas: RollupDeltas) -> Set<Int64> {
        let concerned = Set(deltas.keys.map(\.quarter))
        return quarters.withLock { quarters in
            let known = quarters.intersection(concerned)
            if quarters.count + concerned.count > Self.maximumQuarters { quarters.removeAll() }
            quarters.formUnion(concerned)
            return known
        }
    }
}
