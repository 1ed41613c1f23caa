internal import PostgresClient
internal import TallyCore

extension TallyDatabase {
    /// One event whose attribution changes.
    private struct Change {
        let eventID: PostgresUUID
        let time: PostgresTimestamp
        let old: DimensionCache.AttributionIDs
        let new: DimensionCache.AttributionIDs
    }

    /// Puts what a new copy of known events says about their attribution in place, with the difference to the rollups.
    ///
    /// - Returns: How many events changed.
    func correctAttributions(_ copies: [UsageEvent], _ connection: PostgresConnection) async throws -> Int {
        let stating = copies.filter { $0.attribution != Attribution() }
        if stating.isEmpty { return 0 }
        let changes = try await attributionChanges(stating, connection)
        if changes.isEmpty { return 0 }
        // The project is the distribution column, which Citus does not update: the event is taken out and put back.
        let names = Self.movedColumns.joined(separator: ", ")
        let taken = Self.movedColumns.map { "o.\($0)" }.joined(separator: ", ")
        let moved = try await connection.query(
            """
            WITH change AS (
                SELECT * FROM unnest(\(changes.map(\.eventID)), \(changes.map(\.time)), \(changes.map(\.new.attribution)),
                    \(changes.map(\.new.project))) AS c (event_id, time, attribution_id, project_id)
            ), taken AS (
                DELETE FROM events e USING change c
                WHERE e.event_id = c.event_id AND e.time = c.time
                    AND e.time BETWEEN \(changes.map(\.time).min()) AND \(changes.map(\.time).max())
                RETURNING e.*
            ), put AS (
                INSERT INTO events (event_id, time, attribution_id, project_id, \(raw: names))
                SELECT c.event_id, c.time, c.attribution_id, c.project_id, \(raw: taken)
                FROM taken o JOIN change c USING (event_id)
            )
            SELECT event_id, time, offering_id, outcome::text, usage_known, is_partly_priced, computed_cost,
                reported_cost, billed_cost, \(raw: UsageClass.names.joined(separator: ", "))
            FROM taken
            """)
        let changesByID = Dictionary(changes.map { ($0.eventID, $0) }, uniquingKeysWith: { first, _ in first })
        var deltas = RollupDeltas()
        for row in moved {
            guard let change = changesByID[try row.decode(PostgresUUID.self, at: 0)] else { continue }
            let time = Instant(microseconds: try row.decode(PostgresTimestamp.self, at: 1).microseconds)
            guard let outcome = Outcome(code: try row.decode(String.self, at: 3)) else {
                throw StoreError.unreadable("an event with an unknown outcome")
            }
            let offeringID = try row.decode(Int32.self, at: 2)
            let measures = try RollupDeltas.Measures(row: row)
            for (ids, sign) in [(change.old, Int64(-1)), (change.new, 1)] {
                try deltas.add(
                    measures,
                    to: RollupDeltas.Key(
                        projectID: ids.project, quarter: time.quarter.microseconds, offeringID: offeringID,
                        keyID: ids.key, outcome: outcome), sign: sign)
            }
        }
        try await deltas.apply(connection)
        return moved.count
    }

    /// The columns of an event that stay as they are when its attribution changes.
    private static let movedColumns =
        [
            "offering_id", "basis_id", "source_id", "duration_ms", "ttfb_ms", "status", "outcome", "is_stream",
            "usage_known", "is_partly_priced", "computed_cost", "reported_cost", "billed_cost", "id", "request_id",
        ] + UsageClass.names

    /// The stored events of some copies, locked for the rest of the transaction, in one order for every writer.
    private func lockedEvents(_ copies: [UsageEvent], _ connection: PostgresConnection) async throws -> QueryResult {
        let identities = copies.map(\.identity.uuid)
        let statement: SQL = """
            SELECT i.identity, e.event_id, e.time, e.attribution_id, e.project_id, a.key_id
            FROM event_identities i
            JOIN events e ON e.time = i.time AND e.event_id = coalesce(i.event_id, i.identity)
            JOIN attributions a USING (attribution_id)
            WHERE i.identity = ANY (\(identities))
            ORDER BY i.identity
            FOR UPDATE OF e
            """
        var stored = try await connection.query(statement)
        // An event that another writer is moving is gone from where this statement saw it, and there for the next one.
        for _ in 0..<Self.attemptsAtMoving where stored.count < identities.count {
            stored = try await connection.query(statement)
        }
        return stored
    }

    /// How often events that another writer moved away are looked for again.
    private static let attemptsAtMoving = 3

    /// Which of the events are charged to somebody else than their new copies say.
    private func attributionChanges(
        _ copies: [UsageEvent], _ connection: PostgresConnection
    ) async throws -> [Change] {
        let stored = try await lockedEvents(copies, connection)
        let copiesByID = Dictionary(
            copies.map { ($0.identity, $0.attribution) }, uniquingKeysWith: { first, _ in first })
        var wanted: [(row: Int, attribution: Attribution)] = []
        for (index, row) in stored.enumerated() {
            guard let said = copiesByID[EventIdentity(try row.decode(PostgresUUID.self, at: 0))] else { continue }
            let current = try await dimensions.attribution(try row.decode(Int32.self, at: 3), connection)
            let corrected = current.corrected(by: said)
            if corrected != current { wanted.append((index, corrected)) }
        }
        if wanted.isEmpty { return [] }
        let rows = Array(stored)
        let distinct = Array(Set(wanted.map(\.attribution)))
        let made = try await dimensions.attributions(
            count: distinct.count, of: { distinct[$0] }, connection, remembering: false)
        let ids = Dictionary(uniqueKeysWithValues: zip(distinct, made))
        return try wanted.compactMap { wanted in
            let row = rows[wanted.row]
            guard let new = ids[wanted.attribution] else { return nil }
            return Change(
                eventID: try row.decode(PostgresUUID.self, at: 1),
                time: try row.decode(PostgresTimestamp.self, at: 2),
                old: DimensionCache.AttributionIDs(
                    attribution: try row.decode(Int32.self, at: 3), project: try row.decode(Int32.self, at: 4),
                    key: try row.decode(Int32.self, at: 5)),
                new: new)
        }
    }
}

extension RollupDeltas.Measures {
    /// The measures of a stored event, whose columns begin at the fifth: `usage_known`, `is_partly_priced`, the three
    /// costs, the classes.
    fileprivate init(row: Row) throws {
        var usage: UsageBuckets?
        if try row.decode(Bool.self, at: 4) {
            var buckets = UsageBuckets()
            for usageClass in UsageClass.allCases {
                buckets[usageClass] = try row.decode(Int64?.self, at: 9 + usageClass.rawValue)
            }
            usage = buckets
        }
        self.init(
            usage: usage, isPartlyPriced: try row.decode(Bool.self, at: 5),
            computedCost: try row.decode(PostgresDecimal?.self, at: 6).map(Money.init(stored:)),
            reportedCost: try row.decode(PostgresDecimal?.self, at: 7).map(Money.init(stored:)),
            billedCost: try row.decode(PostgresDecimal?.self, at: 8).map(Money.init(stored:)))
    }
}

extension Money {
    /// A stored amount, or a sum of some.
    init(stored decimal: PostgresDecimal) throws {
        self.init(picodollars: try decimal.rescaled(to: Money.places).unscaled)
    }
}
