internal import PostgresClient
package import TallyCore

extension TallyDatabase: EventSink {
    /// Attempts at a batch that lost a race with another writer.
    private static let retries = 5

    /// Two, as long as that leaves a connection for preparing and another for whoever repeats its work.
    package var maximumStores: Int { pool.maximumConnections >= Self.connectionsForTwo ? 2 : 1 }

    private static let connectionsForTwo = 4

    package func prepare(_ batch: EventBatch) async throws -> EncodedBatch {
        try await pool.withConnection { connection in
            try await EncodedBatch(batch, dimensions: dimensions, connection)
        }
    }

    /// Stores batches: at first in one transaction, in the hope that all of their events are new and no other source has
    /// told of them, which a plain COPY of the identities and match keys finds out at less cost than asking about each;
    /// when that hope fails, each in its own transaction with an answer for each event.
    ///
    /// While batches hold known calls, as those of a log imported again do, there is no hoping.
    package func storeEach(
        _ batches: [EncodedBatch], inTurn turn: @Sendable () async throws -> Void
    ) async throws -> [StoredCounts] {
        if ingest.expectsFresh {
            do {
                return try await storeFresh(batches, inTurn: turn)
            } catch let error as PostgresError where error.isKnownCall {
                ingest.expectsFresh = false
            } catch is MatchClaims.SharedByOrigins {
                ingest.expectsFresh = false
            }
        }
        try await turn()
        var counts: [StoredCounts] = []
        var isFresh = true
        for batch in batches {
            let (stored, areAllNew) = try await pool.withTransaction(retries: Self.retries) { connection in
                try await storeChecked(batch, connection)
            }
            counts.append(stored)
            isFresh = isFresh && areAllNew
        }
        if isFresh { ingest.expectsFresh = true }
        return counts
    }

    // MARK: All new

    /// Stores batches whose events are all new, in one transaction.
    ///
    /// - Throws: `PostgresError` when a statement fails, as the COPY of the identities does when one is there already;
    ///   ``StoreError`` when the sums cannot be stored.
    private func storeFresh(
        _ batches: [EncodedBatch], inTurn turn: @Sendable () async throws -> Void
    ) async throws -> [StoredCounts] {
        try await pool.withTransaction(retries: Self.retries) { connection in
            // Sorting and summing up go on while the database takes the events, which therefore come first.
            async let claims = EncodedBatch.claims(of: batches)
            async let matches = MatchClaims.rows(of: batches)
            async let sums = EncodedBatch.deltas(of: batches)
            // Nearly always one statement: batches of one log fill the same columns.
            for (statement, batches) in Dictionary(grouping: batches, by: \.copyStatement) {
                try await connection.copyIn(statement, batches.map(\.rows))
            }
            let (buffer, shared, deltas) = (try await claims, try await matches, try await sums)
            // Events alone hold no lock that another writer could wait for; the rest waits for its turn.
            try await turn()
            try await connection.copyIn(EncodedBatch.claimStatement, buffer)
            if let shared { try await connection.copyIn(MatchClaims.copyStatement, shared) }
            try await deltas.apply(connection, expecting: ingest)
            try await writeCheckpoints(of: batches, connection)
        }
        return batches.map { batch in
            var counts = StoredCounts()
            counts.stored = batch.events.count
            counts.unpriced = batch.events.count { $0.isUnpriced }
            return counts
        }
    }

    /// Notes how far into their sources batches reach.
    private func writeCheckpoints(of batches: [EncodedBatch], _ connection: PostgresConnection) async throws {
        var written: [Int32: Set<String>] = [:]
        // The last one of each item counts.
        for batch in batches.reversed() {
            guard let checkpoint = batch.checkpoint, let sourceID = batch.ledgerID else { continue }
            guard written[sourceID, default: []].insert(checkpoint.item).inserted else { continue }
            try await Self.write(checkpoint, ofSource: sourceID, connection)
        }
    }

    // MARK: Some known

    /// Stores a batch of which some events may be there already, or have been told of by others, within the transaction
    /// of a connection.
    ///
    /// Every writer locks in one order: identities, match keys, events by id, rollups by key.
    ///
    /// - Returns: How many events were stored, known, merged, corrected and unpriced; and whether all of them were new
    ///   and no other source had told of them.
    /// - Throws: `PostgresError` when a statement fails; ``StoreError`` when the sums of the batch cannot be stored or
    ///   the database holds what cannot be read.
    private func storeChecked(
        _ batch: EncodedBatch, _ connection: PostgresConnection
    ) async throws -> (counts: StoredCounts, areAllNew: Bool) {
        var counts = StoredCounts()
        var areAllNew = true
        if !batch.events.isEmpty {
            let new = try await claimIdentities(batch, connection)
            let claims = try await MatchClaims(batch, new, connection)
            let known = batch.events.map(\.event).filter { event in new.map { !$0.contains(event.identity) } ?? false }
            let corrections = try await corrections(by: known, connection)
            let places = try await EventPlaces.locked(
                claims.toldIdentities + corrections.map(\.identity), connection)
            let merging = try await Merging(claims, batch: batch, places: places, connection)
            var deltas = RollupDeltas()
            counts = try await insert(merging.apart(of: new), of: batch, adding: &deltas, connection)
            counts.duplicate = known.count
            counts.merged = merging.mergedCount
            try await CallRewrite(merging.changes, book: batch.book, dimensions, connection)
                .store(adding: &deltas, connection)
            counts.reattributed = try await correct(corrections, book: batch.book, adding: &deltas, connection)
            try await deltas.apply(connection)
            areAllNew = known.isEmpty && claims.told.isEmpty
        }
        try await writeCheckpoints(of: [batch], connection)
        return (counts, areAllNew)
    }

    /// Claims the identities of a batch that are not there yet, in their order, so that writers wait for each other
    /// instead of deadlocking.
    private func claimIdentities(
        _ batch: EncodedBatch, _ connection: PostgresConnection
    ) async throws -> Set<EventIdentity>? {
        let sorted = batch.events.map(\.event).sorted { $0.identity < $1.identity }
        let result = try await connection.query(
            """
            WITH claimed AS (
                INSERT INTO event_identities (identity, time)
                SELECT * FROM unnest(\(sorted.map(\.identity.uuid)), \(sorted.map { PostgresTimestamp($0.time) }))
                ON CONFLICT (identity) DO NOTHING RETURNING identity
            )
            SELECT CASE WHEN count(*) < \(batch.events.count) THEN coalesce(array_agg(identity), '{}') END FROM claimed
            """)
        guard let claimed = try result.first?.decode([PostgresUUID]?.self, at: 0) else { return nil }
        return Set(claimed.map(EventIdentity.init))
    }

    /// Stores the events of a batch that are new.
    ///
    /// - Parameters:
    ///   - fresh: The identities that are new; `nil` when all are.
    ///   - batch: The batch.
    ///   - deltas: What they add to the rollups is added to it.
    ///   - connection: The connection, with its transaction open.
    /// - Returns: How many events were stored and are unpriced.
    /// - Throws: `PostgresError` when a statement fails; ``StoreError/amountTooLarge`` when a sum leaves 128 bits.
    private func insert(
        _ fresh: Set<EventIdentity>?, of batch: EncodedBatch, adding deltas: inout RollupDeltas,
        _ connection: PostgresConnection
    ) async throws -> StoredCounts {
        var counts = StoredCounts()
        counts.stored = fresh?.count ?? batch.events.count
        if counts.stored == 0 { return counts }
        try await connection.copyIn(batch.copyStatement, fresh == nil ? batch.rows : try batch.rows(of: fresh))
        try batch.add(fresh, to: &deltas)
        counts.unpriced = deltas.unpricedCount
        return counts
    }
}

extension PostgresError {
    /// Whether it says that an event is there already, or that its provider's id has been told before.
    fileprivate var isKnownCall: Bool {
        sqlState == "23505" && (table == "event_identities" || table == "event_matches")
    }
}
