internal import PostgresClient
internal import TallyCore

/// What a new copy of a stored event says of who is charged.
struct AttributionCorrection {
    /// The identity of the copy.
    let identity: EventIdentity
    /// What it says.
    let attribution: Attribution
}

extension TallyDatabase {
    /// One event whose attribution changes.
    private struct Change {
        let eventID: PostgresUUID
        let time: PostgresTimestamp
        let old: DimensionCache.AttributionIDs
        let new: DimensionCache.AttributionIDs
    }

    /// A stored event that is charged to somebody else than a copy says.
    struct Differing {
        let correction: AttributionCorrection
        let place: EventPosition
        let ids: DimensionCache.AttributionIDs
        let corrected: Attribution
        /// Whether several sources have told of it.
        let isMerged: Bool
    }

    /// What of known events' new copies says something new of their attribution, as it looks without a lock.
    func corrections(
        by copies: [UsageEvent], _ connection: PostgresConnection
    ) async throws -> [AttributionCorrection] {
        let stating = copies.filter { $0.attribution != .none }.map {
            AttributionCorrection(identity: $0.identity, attribution: $0.attribution)
        }
        return try await differing(stating, connection).map(\.correction)
    }

    /// Puts corrections in place; the events are locked.
    ///
    /// What a source of a merged event says is corrected where that is kept, and the event is made anew from all.
    ///
    /// - Parameters:
    ///   - corrections: The corrections.
    ///   - book: The prices of merged events that have to be charged.
    ///   - deltas: What they do to the rollups is added to it.
    ///   - connection: The connection, with its transaction open.
    /// - Returns: How many events changed.
    /// - Throws: `PostgresError` when a statement fails; ``StoreError`` when a sum leaves 128 bits or the database holds
    ///   what cannot be read.
    func correct(
        _ corrections: [AttributionCorrection], book: PriceBook, adding deltas: inout RollupDeltas,
        _ connection: PostgresConnection
    ) async throws -> Int {
        if corrections.isEmpty { return 0 }
        let differing = try await differing(corrections, connection)
        let moved = try await move(differing.filter { !$0.isMerged }, adding: &deltas, connection)
        let merged = try await remake(differing.filter(\.isMerged), book: book, adding: &deltas, connection)
        return moved + merged
    }

    /// Which of the events are charged to somebody else than their new copies say.
    private func differing(
        _ corrections: [AttributionCorrection], _ connection: PostgresConnection
    ) async throws -> [Differing] {
        if corrections.isEmpty { return [] }
        let stored = try await connection.query(
            """
            SELECT i.identity, e.event_id, e.time, e.attribution_id, e.project_id, a.key_id,
                EXISTS (SELECT FROM event_contributions c WHERE c.event_id = e.event_id)
            FROM event_identities i
            JOIN events e ON e.time = i.time AND e.event_id = coalesce(i.event_id, i.identity)
            JOIN attributions a USING (attribution_id)
            WHERE i.identity = ANY (\(corrections.map(\.identity.uuid)))
            ORDER BY i.identity
            """)
        let said = Dictionary(corrections.map { ($0.identity, $0) }) { first, _ in first }
        var differing: [Differing] = []
        for row in stored {
            guard let correction = said[EventIdentity(try row.decode(PostgresUUID.self, at: 0))] else { continue }
            let ids = DimensionCache.AttributionIDs(
                attribution: try row.decode(Int32.self, at: 3), project: try row.decode(Int32.self, at: 4),
                key: try row.decode(Int32.self, at: 5))
            let current = try await dimensions.attribution(ids.attribution, connection)
            let corrected = current.corrected(by: correction.attribution)
            if corrected == current { continue }
            let time = Instant(microseconds: try row.decode(PostgresTimestamp.self, at: 2).microseconds)
            differing.append(
                Differing(
                    correction: correction,
                    place: EventPosition(
                        time: time, identity: EventIdentity(try row.decode(PostgresUUID.self, at: 1))),
                    ids: ids, corrected: corrected, isMerged: try row.decode(Bool.self, at: 6)))
        }
        return differing
    }

    // MARK: Events of one source

    private func move(
        _ differing: [Differing], adding deltas: inout RollupDeltas, _ connection: PostgresConnection
    ) async throws -> Int {
        if differing.isEmpty { return 0 }
        let changes = try await changes(differing, connection)
        // The project is the distribution column, which Citus does not update: the event is taken out and put back.
        let names = EventColumns.besidesAttribution.joined(separator: ", ")
        let taken = EventColumns.besidesAttribution.map { "o.\($0)" }.joined(separator: ", ")
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
        return moved.count
    }

    private func changes(_ differing: [Differing], _ connection: PostgresConnection) async throws -> [Change] {
        let distinct = Array(Set(differing.map(\.corrected)))
        let made = try await dimensions.attributions(
            count: distinct.count, of: { distinct[$0] }, connection, remembering: false)
        let ids = Dictionary(uniqueKeysWithValues: zip(distinct, made))
        return differing.compactMap { differing in
            ids[differing.corrected].map { new in
                Change(
                    eventID: differing.place.identity.uuid, time: PostgresTimestamp(differing.place.time),
                    old: differing.ids, new: new)
            }
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
