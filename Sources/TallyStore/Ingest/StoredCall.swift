internal import PostgresClient
internal import TallyCore

/// What a source said of a call, or what the call is by all sources, with the ids and the charge of its row.
struct StoredRow {
    /// The event, and who said so; of a merged call the source whose word counts most.
    var contribution: Contribution
    /// What the row refers to; the basis is 0 where the charge is not known any more.
    var ids: EventIDs
    /// What it is charged.
    var cost: RowCost

    /// The event.
    var event: UsageEvent { contribution.event }

    /// Whether ``cost`` and the basis hold.
    var isCharged: Bool { ids.basis != 0 }

    /// Adds the row to the rollups, or takes it away.
    func add(to deltas: inout RollupDeltas, sign: Int64) throws(StoreError) {
        try deltas.add(
            RollupDeltas.Measures(
                usage: event.usage, isPartlyPriced: cost.isPartlyPriced, computedCost: cost.computed,
                reportedCost: event.reportedCost, billedCost: event.billedCost),
            to: RollupDeltas.Key(
                projectID: ids.attribution.project, quarter: event.time.quarter.microseconds, offeringID: ids.offering,
                keyID: ids.attribution.key, outcome: event.outcome),
            sign: sign)
    }
}

/// A stored event with all that its sources said of it.
struct StoredCall {
    /// The event.
    let row: StoredRow
    /// What each source said, in the order of rank; the event itself where there is only one.
    let contributions: [StoredRow]

    /// The identities of what the sources said.
    var identities: Set<EventIdentity> { Set(contributions.map(\.event.identity)) }

    /// The events at some places, each once; one that is no longer kept is left out.
    static func read(_ places: [EventPosition], _ connection: PostgresConnection) async throws -> [StoredCall] {
        let distinct = Dictionary(places.map { ($0.identity, $0.time) }) { first, _ in first }
        if distinct.isEmpty { return [] }
        let ids = distinct.keys.sorted()
        let times = ids.compactMap { distinct[$0].map(PostgresTimestamp.init) }
        let events = try await rows(
            of: "events", identity: "u.event_id",
            where: """
                (u.event_id, u.time) IN (SELECT * FROM unnest(\(ids.map(\.uuid)), \(times)))
                AND u.time BETWEEN \(times.min()) AND \(times.max())
                """, connection)
        let told = try await rows(
            of: "event_contributions", identity: "u.identity",
            where: "u.event_id IN (SELECT * FROM unnest(\(ids.map(\.uuid))))", connection)
        let contributions = Dictionary(grouping: told, by: \.told).mapValues { $0.map(\.row) }
        return events.sorted { $0.told < $1.told }.map { told, row in
            StoredCall(
                row: row,
                contributions: (contributions[told] ?? [row]).sorted {
                    $0.contribution.precedes($1.contribution)
                }.map { contribution in
                    if contribution.isCharged || !contribution.event.isCharged(like: row.event) { return contribution }
                    var charged = contribution
                    (charged.ids.basis, charged.cost) = (row.ids.basis, row.cost)
                    return charged
                })
        }
    }

    private static func rows(
        of table: String, identity: String, where condition: SQL, _ connection: PostgresConnection
    ) async throws -> [(told: EventIdentity, row: StoredRow)] {
        try await connection.query(
            """
            SELECT \(raw: EventRow.columns(identity: identity)), u.event_id, s.name, s.form, s.rank::integer, u.source_id,
                u.attribution_id, u.project_id, u.key_id, u.offering_id, u.basis_id, u.computed_cost, u.is_partly_priced
            FROM \(raw: EventRow.source(table)) JOIN sources s USING (source_id)
            WHERE \(sql: condition)
            """
        ).map { row in
            let next = EventRow.columnCount
            guard let rank = OriginRank(rawValue: try row.decode(Int.self, at: next + 3)) else {
                throw StoreError.unreadable("a source of an unknown rank")
            }
            let origin = EventOrigin(
                name: try row.decode(String.self, at: next + 1), form: try row.decode(String.self, at: next + 2),
                rank: rank)
            let attribution = DimensionCache.AttributionIDs(
                attribution: try row.decode(Int32.self, at: next + 5),
                project: try row.decode(Int32.self, at: next + 6),
                key: try row.decode(Int32.self, at: next + 7))
            return (
                EventIdentity(try row.decode(PostgresUUID.self, at: next)),
                StoredRow(
                    contribution: Contribution(event: try EventRow.event(row), origin: origin),
                    ids: EventIDs(
                        attribution: attribution, offering: try row.decode(Int32.self, at: next + 8),
                        basis: try row.decode(Int32.self, at: next + 9),
                        source: try row.decode(Int32.self, at: next + 4)),
                    cost: RowCost(
                        computed: try row.decode(PostgresDecimal?.self, at: next + 10).map(Money.init(stored:)),
                        isPartlyPriced: try row.decode(Bool.self, at: next + 11)))
            )
        }
    }
}
