internal import PostgresClient
package import TallyCore

extension TallyDatabase: EventSink {
    /// Attempts at a batch that lost a race with another writer.
    private static let retries = 5

    package func store(_ batch: EventBatch) async throws -> StoredCounts {
        let prepared = try await pool.withConnection { connection in
            try await prepare(batch, connection)
        }
        return try await pool.withTransaction(retries: Self.retries) { connection in
            try await write(prepared, connection)
        }
    }

    /// A batch with every id it refers to, encoded for the wire.
    private struct Prepared {
        let batch: EventBatch
        let ids: [EventIDs]
        let columns: StagedColumns
        let rows: CopyBuffer
        let sourceID: Int32
    }

    private func prepare(_ batch: EventBatch, _ connection: PostgresConnection) async throws -> Prepared {
        var attributions: Set<Attribution> = []
        var offerings: Set<Offering> = []
        var bases: [BasisKey: Int32] = [:]
        var dates: Set<CivilDate> = []
        var lastDay: Int64 = .min
        var stated: UInt32 = 0
        for priced in batch.events {
            attributions.insert(priced.event.attribution)
            offerings.insert(priced.event.offering)
            stated |= priced.event.usage?.statedMask ?? 0
            bases[BasisKey(priced.charge)] = 0
            let day = priced.event.time.microseconds / Instant.microsecondsPerDay
            if day != lastDay {
                dates.insert(priced.event.time.utcDate.startOfMonth)
                lastDay = day
            }
        }
        let attributionIDs = try await dimensions.attributions(attributions, connection)
        let offeringIDs = try await dimensions.offerings(offerings, connection)
        for key in bases.keys {
            bases[key] = try await dimensions.basis(BasisText.json(of: key, in: batch.book), connection)
        }
        try await dimensions.ensureMonths(of: dates, connection)
        let sourceID = try await dimensions.source(batch.checkpoint.source, connection)

        let columns = StagedColumns(stated: stated)
        var rows = CopyBuffer()
        var ids: [EventIDs] = []
        ids.reserveCapacity(batch.events.count)
        for priced in batch.events {
            guard let attribution = attributionIDs[priced.event.attribution],
                let offering = offeringIDs[priced.event.offering], let basis = bases[BasisKey(priced.charge)]
            else { throw StoreError.unreadable("a dimension row that was just made and is gone") }
            let row = EventIDs(attribution: attribution, offering: offering, basis: basis, source: sourceID)
            ids.append(row)
            try columns.append(priced, ids: row, to: &rows)
        }
        return Prepared(batch: batch, ids: ids, columns: columns, rows: rows, sourceID: sourceID)
    }

    private func write(_ prepared: Prepared, _ connection: PostgresConnection) async throws -> StoredCounts {
        var counts = StoredCounts()
        if !prepared.batch.events.isEmpty {
            try await stage(prepared, connection)
            let fresh = try await claimIdentities(connection)
            counts = try await insertFresh(fresh, prepared, connection)
            if fresh.count < prepared.batch.events.count {
                let known = prepared.batch.events.map(\.event).filter { !fresh.contains($0.identity) }
                counts.reattributed = try await correctAttributions(known, connection)
            }
        }
        let checkpoint = prepared.batch.checkpoint
        _ = try await connection.execute(
            """
            INSERT INTO source_checkpoints (source_id, item, position, is_complete)
            VALUES (\(prepared.sourceID), \(checkpoint.item), \(checkpoint.position), \(checkpoint.isComplete))
            ON CONFLICT (source_id, item) DO UPDATE
            SET position = excluded.position, is_complete = excluded.is_complete, updated_at = now()
            """)
        return counts
    }

    private func stage(_ prepared: Prepared, _ connection: PostgresConnection) async throws {
        try await connection.executeScript(
            """
            SET LOCAL client_min_messages = warning;
            CREATE TEMPORARY TABLE IF NOT EXISTS staged_events (LIKE events) ON COMMIT DELETE ROWS;
            """)
        _ = try await connection.copyIn(prepared.columns.copyStatement, prepared.rows)
    }

    /// Claims the identities of what is staged, and returns those that were not there yet.
    private func claimIdentities(_ connection: PostgresConnection) async throws -> Set<EventIdentity> {
        let result = try await connection.query(
            """
            INSERT INTO event_identities (identity, time) SELECT event_id, time FROM staged_events
            ON CONFLICT (identity) DO NOTHING RETURNING identity
            """)
        var fresh: Set<EventIdentity> = []
        fresh.reserveCapacity(result.count)
        for row in result { fresh.insert(EventIdentity(try row.decode(PostgresUUID.self, at: 0))) }
        return fresh
    }

    /// Stores the staged events that are new, with the difference to the rollups.
    private func insertFresh(
        _ fresh: Set<EventIdentity>, _ prepared: Prepared, _ connection: PostgresConnection
    ) async throws -> StoredCounts {
        let events = prepared.batch.events
        var counts = StoredCounts()
        counts.stored = fresh.count
        counts.duplicate = events.count - fresh.count
        if fresh.isEmpty { return counts }
        var deltas = RollupDeltas()
        var known: [PostgresUUID] = []
        for (priced, ids) in zip(events, prepared.ids) {
            guard fresh.contains(priced.event.identity) else {
                known.append(priced.event.identity.uuid)
                continue
            }
            let measures = priced.measures
            deltas.add(
                measures,
                to: RollupDeltas.Key(
                    projectID: ids.attribution.project, quarter: priced.event.time.quarter.microseconds,
                    offeringID: ids.offering, keyID: ids.attribution.key, outcome: priced.event.outcome))
            if measures.isUnpriced { counts.unpriced += 1 }
        }
        let names = prepared.columns.names.joined(separator: ", ")
        var insert: SQL = "INSERT INTO events (\(raw: names)) SELECT \(raw: names) FROM staged_events"
        if !known.isEmpty { insert = insert + " WHERE event_id <> ALL (\(known))" }
        _ = try await connection.execute(insert)
        try await deltas.apply(connection)
        return counts
    }
}

extension RollupDeltas.Measures {
    /// Whether no cost of any kind is known.
    var isUnpriced: Bool { billedCost == nil && reportedCost == nil && computedCost == nil }
}
