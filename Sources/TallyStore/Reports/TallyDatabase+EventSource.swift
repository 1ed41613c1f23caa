internal import FastJSON
internal import PostgresClient
package import TallyCore

extension TallyDatabase: EventSource {
    package func events(
        _ query: ReportQuery, after position: EventPosition?, limit: Int
    ) async throws -> [StoredEvent] {
        var conditions: SQL = """
            time >= \(PostgresTimestamp(query.from)) AND time < \(PostgresTimestamp(query.to))
            AND \(sql: UsageSQL.condition(query.filters))
            """
        if let position {
            let time = PostgresTimestamp(position.time)
            conditions =
                conditions + """
                     AND time <= \(time) AND (time < \(time) OR event_id < \(position.identity.uuid))
                    """
        }
        return try await pool.withConnection { connection in
            try await Self.storedEvents(where: conditions, limit: limit, connection)
        }
    }

    /// The events that meet a condition on `u`, `p`, `o` and `k`, newest first.
    static func storedEvents(
        where condition: SQL, limit: Int, _ connection: PostgresConnection
    ) async throws -> [StoredEvent] {
        let statement: SQL = """
            SELECT \(raw: EventRow.columns(identity: "u.event_id")), u.computed_cost, b.basis
            FROM \(raw: EventRow.source("events")) JOIN charge_bases b USING (basis_id)
            WHERE \(sql: condition)
            ORDER BY u.time DESC, u.event_id DESC LIMIT \(limit)
            """
        let parser = try JSONParser()
        return try await connection.query(statement).map { try StoredEvent(row: $0, parser: parser) }
    }
}

extension StoredEvent {
    fileprivate init(row: Row, parser: JSONParser) throws {
        let next = EventRow.columnCount
        let basis = try row.decode(PostgresJSON.self, at: next + 1).text
        let (priceIDs, reason) = try parser.withDocument(basis) { root in
            var ids: [String] = []
            if let rates = root["rates"] {
                for rate in rates.elements {
                    if let id = rate["price_id"]?.string, !ids.contains(id) { ids.append(id) }
                }
            }
            return (ids, root["unpriced"]?.string)
        }
        self.init(
            event: try EventRow.event(row),
            computedCost: try row.decode(PostgresDecimal?.self, at: next).map(Money.init(stored:)),
            priceIDs: priceIDs, unpricedReason: reason)
    }
}
