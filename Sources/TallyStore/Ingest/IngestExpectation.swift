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

    /// Tells the rollup rows that may be there already from those that are expected to be new: the ones of quarters
    /// that no rollups have been written for.
    func split(
        _ rows: [(key: RollupDeltas.Key, sums: RollupDeltas.Sums)]
    ) -> (
        known: [(key: RollupDeltas.Key, sums: RollupDeltas.Sums)],
        fresh: [(key: RollupDeltas.Key, sums: RollupDeltas.Sums)]
    ) {
        let written = quarters.withLock { $0 }
        var (known, fresh) = (rows, rows)
        known.removeAll { !written.contains($0.key.quarter) }
        fresh.removeAll { written.contains($0.key.quarter) }
        return (known, fresh)
    }

    /// Remembers the quarters of some rows as written.
    func expectRollups(of rows: [(key: RollupDeltas.Key, sums: RollupDeltas.Sums)]) {
        quarters.withLock { quarters in
            if quarters.count + rows.count > Self.maximumQuarters { quarters.removeAll() }
            for row in rows { quarters.insert(row.key.quarter) }
        }
    }
}
