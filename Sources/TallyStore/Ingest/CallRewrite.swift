internal import PostgresClient
internal import TallyCore

/// Stored events that are to be others from now on.
struct CallChanges {
    /// What they are now; their rows are locked.
    var removed: [StoredCall] = []
    /// What they are to be: the identity of each, and all that its sources say, in the order of rank.
    var made: [(identity: EventIdentity, contributions: [StoredRow])] = []
}

/// Puts events in place of others: their rows, what their sources said, their identities, and where these contradict.
struct CallRewrite {
    /// An event to be, with what its sources say.
    private struct Made {
        var row: StoredRow
        let contributions: [StoredRow]
        let conflicts: [MergedCall.Conflict]
    }

    private let removed: [StoredCall]
    private var made: [Made] = []

    /// Works out what the events are to be; rows of dimensions that are missing are made within the transaction.
    ///
    /// - Parameters:
    ///   - changes: The events.
    ///   - book: The prices of an event that was not charged as it is now.
    ///   - dimensions: The ids of names and combinations.
    ///   - connection: The connection, with its transaction open.
    /// - Throws: `PostgresError` when a statement fails.
    init(
        _ changes: CallChanges, book: PriceBook, _ dimensions: DimensionCache, _ connection: PostgresConnection
    ) async throws {
        removed = changes.removed
        if changes.made.isEmpty { return }
        let rules = MergeRules(book: book)
        let known = Dictionary(changes.removed.map { ($0.row.event.identity, $0.row) }) { first, _ in first }
        var uncharged: [(place: Int, charge: Charge)] = []
        for (identity, contributions) in changes.made {
            let call = rules.merged(contributions.map(\.contribution))
            var row = contributions[0]
            row.contribution.event = call.event
            row.contribution.event.identity = identity
            // A charge that was made for the same stands (I5).
            let alike = (contributions + [known[identity]].compactMap(\.self))
                .first { $0.isCharged && $0.event.isCharged(like: call.event) }
            if let alike {
                (row.ids.basis, row.cost) = (alike.ids.basis, alike.cost)
            } else {
                let charge = book.charge(for: call.event.offering, usage: call.event.usage, at: call.event.time)
                let priced = PricedEvent(event: call.event, charge: charge)
                row.cost = RowCost(computed: charge.cost, isPartlyPriced: priced.isPartlyPriced)
                uncharged.append((made.count, charge))
            }
            made.append(Made(row: row, contributions: contributions, conflicts: call.conflicts))
        }
        for (place, charge) in uncharged {
            made[place].row.ids.basis = try await dimensions.basis(
                BasisText.json(of: BasisKey(charge), in: book), connection, remembering: false)
        }
        try await refer(dimensions, connection)
    }

    /// Puts the ids of attributions and offerings in place.
    private mutating func refer(_ dimensions: DimensionCache, _ connection: PostgresConnection) async throws {
        let events = made.map(\.row.event)
        let attributions = try await dimensions.attributions(
            count: events.count, of: { events[$0].attribution }, connection, remembering: false)
        let offerings = try await dimensions.offerings(
            count: events.count, of: { events[$0].offering }, connection, remembering: false)
        for place in made.indices {
            made[place].row.ids.attribution = attributions[place]
            made[place].row.ids.offering = offerings[place]
        }
    }

    /// How many events keep their identity and are charged to somebody else.
    var reattributedCount: Int {
        let before = Dictionary(removed.map { ($0.row.event.identity, $0.row.event.attribution) }) { first, _ in first }
        return made.count { call in
            before[call.row.event.identity].map { $0 != call.row.event.attribution } ?? false
        }
    }

    /// Puts the events in place.
    ///
    /// - Parameters:
    ///   - deltas: What that does to the rollups is added to it.
    ///   - connection: The connection, with its transaction open.
    /// - Throws: `PostgresError` when a statement fails; ``StoreError`` when a sum leaves 128 bits or a locked event is
    ///   gone.
    func store(adding deltas: inout RollupDeltas, _ connection: PostgresConnection) async throws {
        if made.isEmpty { return }
        try await remove(connection)
        try await copy(connection)
        try await lead(connection)
        try await noteConflicts(connection)
        for call in removed { try call.row.add(to: &deltas, sign: -1) }
        for call in made { try call.row.add(to: &deltas, sign: 1) }
    }

    /// Takes the rows out: neither a partition's nor a distribution column is updated.
    private func remove(_ connection: PostgresConnection) async throws {
        let rows = removed.map(\.row)
        let times = rows.map { PostgresTimestamp($0.event.time) }
        let count = try await connection.execute(
            """
            DELETE FROM events e
            USING unnest(\(rows.map(\.event.identity.uuid)), \(times), \(rows.map(\.ids.attribution.project)))
                AS c (event_id, time, project_id)
            WHERE e.event_id = c.event_id AND e.time = c.time AND e.project_id = c.project_id
                AND e.time BETWEEN \(times.min()) AND \(times.max())
            """)
        if count != rows.count { throw StoreError.unreadable("locked events that are gone") }
        let merged = removed.filter { $0.contributions.count > 1 }
        if merged.isEmpty { return }
        _ = try await connection.execute(
            """
            DELETE FROM event_contributions
            WHERE event_id IN (SELECT * FROM unnest(\(merged.map(\.row.event.identity.uuid))))
            """)
    }

    private func copy(_ connection: PostgresConnection) async throws {
        let (columns, events) = try Self.encoded(made.map { (nil, $0.row) })
        try await connection.copyIn(columns.copyStatement(into: "events"), events)
        let told = made.filter { $0.contributions.count > 1 }.flatMap { call in
            call.contributions.map { (Optional(call.row.event.identity), $0) }
        }
        if told.isEmpty { return }
        let (toldColumns, contributions) = try Self.encoded(told)
        try await connection.copyIn(toldColumns.contributionStatement(into: "event_contributions"), contributions)
    }

    /// Encodes rows of events, or of what was told of them.
    private static func encoded(
        _ rows: [(told: EventIdentity?, row: StoredRow)]
    ) throws -> (columns: EventColumns, buffer: CopyBuffer) {
        // The costs are given beside them, as the bases of stored charges belong to no book.
        let events = rows.map { PricedEvent(event: $0.row.event, charge: .unpriced(.noPrice)) }
        let columns = EventColumns(events, costs: rows.map(\.row.cost))
        var buffer = CopyBuffer()
        for (index, row) in rows.enumerated() {
            try columns.append(
                events.span, index, cost: row.row.cost, ids: row.row.ids, told: row.told, to: &buffer)
        }
        return (columns, buffer)
    }

    /// Lets all identities lead to the events.
    private func lead(_ connection: PostgresConnection) async throws {
        let places = made.flatMap { call in
            call.contributions.map { (identity: $0.event.identity, event: call.row.event) }
        }
        _ = try await connection.execute(
            """
            UPDATE event_identities i SET time = c.time, event_id = nullif(c.event_id, c.identity)
            FROM unnest(\(places.map(\.identity.uuid)), \(places.map(\.event.identity.uuid)),
                \(places.map { PostgresTimestamp($0.event.time) })) AS c (identity, event_id, time)
            WHERE i.identity = c.identity
                AND (i.time, i.event_id) IS DISTINCT FROM (c.time, nullif(c.event_id, c.identity))
            """)
    }

    /// Notes where the sources contradict each other, and forgets where they no longer do.
    private func noteConflicts(_ connection: PostgresConnection) async throws {
        let noted = made.flatMap { call in call.conflicts.map { (call: call, conflict: $0) } }
        let concerned = removed.filter { $0.contributions.count > 1 }.map(\.row.event.identity.uuid)
        if noted.isEmpty, concerned.isEmpty { return }
        _ = try await connection.execute(
            """
            WITH noted AS (
                SELECT * FROM unnest(\(noted.map(\.call.row.event.identity.uuid)),
                    \(noted.map(\.conflict.field.rawValue)),
                    \(noted.map { $0.call.contributions[$0.conflict.refused].ids.source }),
                    \(noted.map { $0.call.contributions[$0.conflict.kept].ids.source }),
                    \(noted.map(\.conflict.refusedValue)), \(noted.map(\.conflict.keptValue)),
                    \(noted.map { PostgresTimestamp($0.call.row.event.time) }))
                    AS n (event_id, field, refused_source, kept_source, refused, kept, time)
            ), settled AS (
                DELETE FROM merge_conflicts m
                WHERE m.event_id IN (SELECT * FROM unnest(\(concerned)))
                    AND (m.event_id, m.field, m.refused_source) NOT IN
                        (SELECT event_id, field, refused_source FROM noted)
            )
            INSERT INTO merge_conflicts (event_id, field, refused_source, kept_source, refused, kept, time)
            SELECT * FROM noted
            ON CONFLICT (event_id, field, refused_source) DO UPDATE
            SET kept_source = excluded.kept_source, refused = excluded.refused, kept = excluded.kept,
                time = excluded.time
            """)
    }
}
