internal import PostgresClient
package import TallyCore

extension TallyDatabase: StatementSink {
    package func store(_ batch: StatementBatch) async throws -> StatementCounts {
        let rows = batch.statements.flatMap(StatementRow.rows(of:))
        return try await pool.withConnection { connection in
            let sourceID = try await dimensions.source(batch.origin, connection)
            let ledgerID = try await dimensions.source(.whole(batch.origin.name), connection)
            return try await pool.withTransaction(retries: Self.statementRetries) { connection in
                let counts = try await Self.upsert(rows, of: batch, sourceID, connection)
                if let checkpoint = batch.checkpoint {
                    try await Self.write(checkpoint, ofSource: ledgerID, connection)
                }
                return counts
            }
        }
    }

    /// Attempts at a batch that lost a race with another writer.
    private static let statementRetries = 5

    /// Stores rows, the last of those with one id, in the order of their ids, so that writers wait for each other instead
    /// of deadlocking.
    private static func upsert(
        _ rows: [StatementRow], of batch: StatementBatch, _ sourceID: Int32, _ connection: PostgresConnection
    ) async throws -> StatementCounts {
        let last = Dictionary(rows.map { ($0.id, $0) }) { earlier, later in
            if let before = earlier.asOf, let after = later.asOf, before > after { earlier } else { later }
        }
        let told = last.values.sorted { $0.id < $1.id }
        var counts = StatementCounts()
        counts.duplicate = rows.count
        if told.isEmpty { return counts }
        let result = try await connection.query(
            """
            WITH told AS (
                SELECT *, coalesce(\(batch.fetchedAt.map(PostgresTimestamp.init)), now()) AS fetched_at
                FROM unnest(\(sql: arrays(of: told))) AS t (\(raw: columns))
            ), known AS (
                SELECT line_id, (\(raw: numbers(of: "l"))) IS DISTINCT FROM (\(raw: numbers(of: "t"))) AS differs
                FROM statement_lines l JOIN told t USING (line_id)
            ), written AS (
                INSERT INTO statement_lines AS l (\(raw: columns), fetched_at, first_fetched_at, source_id)
                SELECT \(raw: columns), fetched_at, fetched_at, \(sourceID) FROM told ORDER BY line_id
                ON CONFLICT (line_id) DO UPDATE SET
                    requests = excluded.requests, amount = excluded.amount,
                    upstream_amount = excluded.upstream_amount, currency = excluded.currency,
                    quantities = excluded.quantities, as_of = coalesce(excluded.as_of, l.as_of),
                    fetched_at = excluded.fetched_at, source_id = excluded.source_id,
                    changes = l.changes
                        + ((\(raw: numbers(of: "l"))) IS DISTINCT FROM (\(raw: numbers(of: "excluded"))))::integer
                WHERE excluded.as_of IS NULL OR l.as_of IS NULL OR excluded.as_of >= l.as_of
                RETURNING line_id
            )
            SELECT count(*) FILTER (WHERE differs IS NULL), count(*) FILTER (WHERE differs)
            FROM written LEFT JOIN known USING (line_id)
            """)
        counts.stored = try result.first?.decode(Int.self, at: 0) ?? 0
        counts.changed = try result.first?.decode(Int.self, at: 1) ?? 0
        counts.duplicate -= counts.stored + counts.changed
        return counts
    }

    private static let columns =
        """
        line_id, biller, account, kind, period_from, period_to, provider, model, endpoint, project, resource_group, \
        user_name, api_key, session, service_tier, is_batch, line_item, ordinal, requests, amount, upstream_amount, \
        currency, quantities, as_of
        """

    /// What of a line may change.
    private static func numbers(of table: String) -> String {
        ["requests", "amount", "upstream_amount", "currency", "quantities"].map { "\(table).\($0)" }
            .joined(separator: ", ")
    }

    private static func arrays(of rows: [StatementRow]) -> SQL {
        let dimensions = rows.map(\.line.dimensions)
        return """
            \(rows.map(\.id.uuid)), \(rows.map(\.biller)), \(rows.map(\.account)), \(rows.map(\.line.kind.rawValue)),
            \(rows.map { $0.line.period.map { PostgresTimestamp($0.from) } }),
            \(rows.map { $0.line.period.map { PostgresTimestamp($0.to) } }),
            \(dimensions.map(\.provider)), \(dimensions.map(\.model)), \(dimensions.map(\.endpoint)),
            \(dimensions.map(\.project)), \(dimensions.map(\.group)), \(dimensions.map(\.user)),
            \(dimensions.map(\.key)), \(dimensions.map(\.session)), \(dimensions.map(\.serviceTier)),
            \(dimensions.map(\.isBatch)), \(dimensions.map(\.lineItem)), \(rows.map(\.ordinal)),
            \(rows.map(\.line.requests)), \(rows.map { decimal($0.line.amount) }),
            \(rows.map { decimal($0.line.upstreamAmount) }), \(rows.map(\.line.currency)),
            \(rows.map(\.quantities)), \(rows.map { $0.asOf.map { PostgresTimestamp($0) } })
            """
    }

    private static func decimal(_ amount: Money?) -> PostgresDecimal? {
        amount.map { PostgresDecimal(picodollars: $0.picodollars) }
    }
}
