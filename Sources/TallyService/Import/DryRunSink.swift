package import TallyCore

/// Stores nothing and counts what it would be asked to look up.
package struct DryRunSink: EventSink, StatementSink {
    /// A sink.
    package init() {}

    /// One: there is nothing to wait for.
    package var maximumStores: Int { 1 }

    /// The counts a batch would have if all of it were new.
    package func prepare(_ batch: EventBatch) -> StoredCounts {
        var counts = StoredCounts()
        counts.stored = batch.events.count
        counts.unpriced = batch.events.count { $0.isUnpriced }
        return counts
    }

    /// The counts as they are.
    package func storeEach(
        _ batches: [StoredCounts], inTurn turn: @Sendable () async throws -> Void
    ) async throws -> [StoredCounts] {
        try await turn()
        return batches
    }

    /// The counts a batch would have if all of its lines were new.
    package func store(_ batch: StatementBatch) -> StatementCounts {
        var counts = StatementCounts()
        counts.stored = batch.lineCount
        return counts
    }
}
