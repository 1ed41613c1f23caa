internal import PostgresClient
package import TallyCore

extension TallyDatabase: EventSink {
    /// Attempts at a batch that lost a race with another writer.
    private static let retries = 5

    package func prepare(_ batch: EventBatch) async throws -> PreparedBatch {
        let encoded = try await pool.withConnection { connection in
            try await EncodedBatch(batch, dimensions: dimensions, connection)
        }
        return PreparedBatch { try await store(encoded) }
    }

    /// Stores a batch: at first in the hope that all of it is new, which a plain COPY of the identities finds out at
    /// less cost than asking about each; when that hope fails, with an answer for each.
    ///
    /// While batches hold known events, as those of a log imported again do, there is no hoping.
    private func store(_ batch: EncodedBatch) async throws -> StoredCounts {
        if ingest.expectsFresh {
            do {
                return try await pool.withTransaction(retries: Self.retries) { connection in
                    try await write(batch, connection) {
                        _ = try await connection.copyIn(
                            "COPY event_identities (identity, time) FROM STDIN (FORMAT binary)", batch.identities)
                        return nil
                    }
                }
            } catch let error as PostgresError where error.isKnownIdentity {
                ingest.expectsFresh = false
            }
        }
        let counts = try await pool.withTransaction(retries: Self.retries) { connection in
            try await write(batch, connection) { try await claimIdentities(batch, connection) }
        }
        if counts.duplicate == 0 { ingest.expectsFresh = true }
        return counts
    }

    /// Writes a batch and how far into its source it reaches, within the transaction of a connection.
    ///
    /// - Parameters:
    ///   - batch: The batch.
    ///   - connection: The connection, with its transaction open.
    ///   - claim: Claims its identities and returns those that were not there yet; `nil` when none was.
    /// - Returns: How many events were stored, known, corrected and unpriced.
    /// - Throws: What `claim` throws; `PostgresError` when a statement fails; ``StoreError`` when the sums of the batch
    ///   cannot be stored or the database holds what cannot be read.
    private func write(
        _ batch: EncodedBatch, _ connection: PostgresConnection,
        claim: () async throws -> Set<EventIdentity>?
    ) async throws -> StoredCounts {
        var counts = StoredCounts()
        if !batch.events.isEmpty {
            let fresh = try await claim()
            counts = try await insert(fresh, of: batch, connection)
            if let fresh {
                let known = batch.events.map(\.event).filter { !fresh.contains($0.identity) }
                counts.reattributed = try await correctAttributions(known, connection)
            }
        }
        let checkpoint = batch.checkpoint
        _ = try await connection.execute(
            """
            INSERT INTO source_checkpoints (source_id, item, position, is_complete)
            VALUES (\(batch.sourceID), \(checkpoint.item), \(checkpoint.position), \(checkpoint.isComplete))
            ON CONFLICT (source_id, item) DO UPDATE
            SET position = excluded.position, is_complete = excluded.is_complete, updated_at = now()
            """)
        return counts
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

    /// Stores the events of a batch that are new, with the difference to the rollups.
    ///
    /// - Parameters:
    ///   - fresh: The identities that are new; `nil` when all are.
    ///   - batch: The batch.
    ///   - connection: The connection, with its transaction open.
    /// - Returns: How many events were stored, known and unpriced.
    /// - Throws: `PostgresError` when a statement fails; ``StoreError/amountTooLarge`` when a sum leaves 128 bits.
    private func insert(
        _ fresh: Set<EventIdentity>?, of batch: EncodedBatch, _ connection: PostgresConnection
    ) async throws -> StoredCounts {
        var counts = StoredCounts()
        counts.stored = fresh?.count ?? batch.events.count
        counts.duplicate = batch.events.count - counts.stored
        if counts.stored == 0 { return counts }
        var rows = batch.rows
        var deltas = batch.deltas
        var unpriced = batch.unpriced
        if let fresh {
            (rows, deltas, unpriced) = try batch.encoded(where: fresh)
        }
        counts.unpriced = unpriced
        _ = try await connection.copyIn(batch.columns.copyStatement, rows)
        try await deltas.apply(connection)
        return counts
    }
}

extension PostgresError {
    /// Whether it says that an identity is there already.
    fileprivate var isKnownIdentity: Bool { sqlState == "23505" && table == "event_identities" }
}
