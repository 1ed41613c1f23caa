internal import FastJSON
internal import PostgresClient
package import TallyCore

extension TallyDatabase: ExplanationSource {
    package func explanation(of identity: EventIdentity) async throws -> ChargeExplanation? {
        // One snapshot, so that the amounts, their basis and the audit are of one moment.
        try await pool.withTransaction(isolation: .repeatableRead) { connection in
            guard let place = try await Self.place(of: identity, connection) else { return nil }
            let stored = try await Self.storedEvents(
                where: "u.time = \(PostgresTimestamp(place.time)) AND u.event_id = \(place.identity.uuid)", limit: 1,
                connection)
            guard let event = stored.first else { return nil }
            let parser = try JSONParser()
            let record = try await Self.record(of: place, parser, connection)
            let identities = try await Self.identities(of: place.identity, connection)
            let changes = try await Self.changes(of: identities, parser, connection)
            return ChargeExplanation(
                stored: event, record: record, prices: try await Self.priceHistory(of: record.priceIDs, connection),
                changes: changes, identities: identities)
        }
    }

    package func events(
        withID id: String, in range: Range<Instant>?, limit: Int
    ) async throws -> [StoredEvent] {
        var condition: SQL = "(u.id = \(id) OR u.request_id = \(id))"
        if let range {
            condition =
                condition + """
                     AND u.time >= \(PostgresTimestamp(range.lowerBound))
                    AND u.time < \(PostgresTimestamp(range.upperBound))
                    """
        }
        let found = condition
        return try await pool.withConnection { try await Self.storedEvents(where: found, limit: limit, $0) }
    }

    /// Where the event of an identity is.
    private static func place(
        of identity: EventIdentity, _ connection: PostgresConnection
    ) async throws -> EventPosition? {
        let result = try await connection.query(
            """
            SELECT time, coalesce(event_id, identity) FROM event_identities WHERE identity = \(identity.uuid)
            """)
        return try result.first.map { row in
            EventPosition(
                time: Instant(microseconds: try row.decode(PostgresTimestamp.self, at: 0).microseconds),
                identity: EventIdentity(try row.decode(PostgresUUID.self, at: 1)))
        }
    }

    /// All identities of an event, its own first.
    private static func identities(
        of event: EventIdentity, _ connection: PostgresConnection
    ) async throws -> [EventIdentity] {
        let merged = try await connection.query(
            "SELECT identity FROM event_identities WHERE event_id = \(event.uuid) ORDER BY identity")
        let others = try merged.map { EventIdentity(try $0.decode(PostgresUUID.self, at: 0)) }
        return [event] + others.filter { $0 != event }
    }

    private static func record(
        of place: EventPosition, _ parser: JSONParser, _ connection: PostgresConnection
    ) async throws -> ChargeRecord {
        let result = try await connection.query(
            """
            SELECT b.basis FROM events e JOIN charge_bases b USING (basis_id)
            WHERE e.time = \(PostgresTimestamp(place.time)) AND e.event_id = \(place.identity.uuid)
            """)
        guard let row = result.first else { throw StoreError.unreadable("an event without a charge basis") }
        return try ChargeRecord(basis: try row.decode(PostgresJSON.self, at: 0).text, parser: parser)
    }

    /// The audit of an event, oldest change first; what was changed before a merge is under the identity of that time.
    private static func changes(
        of identities: [EventIdentity], _ parser: JSONParser, _ connection: PostgresConnection
    ) async throws -> [ChargeChange] {
        try await connection.query(
            """
            SELECT r.run_id, r.repriced_at, n.note, r.old_cost, r.new_cost, o.basis, b.basis
            FROM reprices r
            JOIN reprice_runs n USING (run_id)
            JOIN charge_bases o ON o.basis_id = r.old_basis_id
            JOIN charge_bases b ON b.basis_id = r.new_basis_id
            WHERE r.event_id = ANY (\(identities.map(\.uuid)))
            ORDER BY r.repriced_at, r.run_id
            """
        ).map { row in
            ChargeChange(
                runID: try row.decode(Int64.self, at: 0),
                time: Instant(microseconds: try row.decode(PostgresTimestamp.self, at: 1).microseconds),
                note: try row.decode(String?.self, at: 2),
                oldCost: try row.decode(PostgresDecimal?.self, at: 3).map(Money.init(stored:)),
                newCost: try row.decode(PostgresDecimal?.self, at: 4).map(Money.init(stored:)),
                oldRecord: try ChargeRecord(basis: try row.decode(PostgresJSON.self, at: 5).text, parser: parser),
                newRecord: try ChargeRecord(basis: try row.decode(PostgresJSON.self, at: 6).text, parser: parser))
        }
    }

    /// Prices by their ids, with when they were recorded, and edited or withdrawn; ids the table never had are left out.
    private static func priceHistory(
        of ids: [String], _ connection: PostgresConnection
    ) async throws -> [String: PriceHistory] {
        let key = [
            "provider", "effective_from", "effective_to", "input_tokens_above", "window_start_minute",
            "window_end_minute", "service_tier",
        ]
        func row(_ alias: String) -> String { "(\(key.map { "\(alias).\($0)" }.joined(separator: ", ")))" }
        let result = try await connection.query(
            """
            SELECT p.biller, p.provider, p.model, p.class, p.effective_from, p.effective_to, p.input_tokens_above,
                p.window_start_minute, p.window_end_minute, p.service_tier, p.amount, p.per, p.is_free, p.source,
                p.price_id, p.first_recorded_at, l.recorded_at
            FROM (
                SELECT DISTINCT ON (price_id) *, min(recorded_at) OVER (PARTITION BY price_id) AS first_recorded_at
                FROM prices WHERE price_id = ANY (\(ids)) AND NOT is_withdrawn
                ORDER BY price_id, price_row DESC
            ) p
            LEFT JOIN LATERAL (
                SELECT recorded_at FROM prices l
                WHERE l.price_row > p.price_row AND l.biller = p.biller AND l.model = p.model AND l.class = p.class
                    AND \(raw: row("l")) IS NOT DISTINCT FROM \(raw: row("p"))
                ORDER BY price_row LIMIT 1
            ) l ON true
            """)
        var prices: [String: PriceHistory] = [:]
        for row in result {
            prices[try row.decode(String.self, at: 14)] = PriceHistory(
                price: try Price(row: row),
                recordedAt: Instant(microseconds: try row.decode(PostgresTimestamp.self, at: 15).microseconds),
                endedAt: try row.decode(PostgresTimestamp?.self, at: 16).map {
                    Instant(microseconds: $0.microseconds)
                })
        }
        return prices
    }
}
