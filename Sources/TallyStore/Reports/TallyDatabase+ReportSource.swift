internal import PostgresClient
package import TallyCore

extension TallyDatabase: ReportSource {
    package func report(_ query: ReportQuery) async throws -> Report {
        try await pool.withConnection { connection in
            // One snapshot for the rows and the totals, so that the rows always add up to them.
            try await connection.transaction(isolation: .repeatableRead) { connection in
                let totals = try await connection.query(
                    "SELECT \(sql: UsageSQL.sums) FROM \(sql: UsageSQL.source(query))")
                let sums = try totals.first.map { try UsageMeasures(row: $0, from: 0) } ?? UsageMeasures()
                var rows = try await groups(query, connection)
                var nextOffset: Int?
                if let limit = query.limit, rows.count > limit {
                    rows.removeLast(rows.count - limit)
                    nextOffset = query.offset + limit
                }
                return Report(query: query, rows: rows, totals: sums, nextOffset: nextOffset)
            }
        }
    }

    /// The rows of a report, one more than asked for when there are more.
    private func groups(_ query: ReportQuery, _ connection: PostgresConnection) async throws -> [ReportRow] {
        var keys: [SQL] = []
        if let interval = query.interval {
            keys.append("date_trunc(\(interval.rawValue), u.quarter, \(query.zone.name))")
        }
        keys += query.groupBy.map(UsageSQL.expression)
        var selected: SQL = ""
        for key in keys { selected = selected + "\(sql: key), " }
        var statement: SQL = "SELECT \(sql: selected)\(sql: UsageSQL.sums) FROM \(sql: UsageSQL.source(query))"
        if keys.isEmpty {
            statement = statement + " HAVING sum(u.event_count) > 0"
        } else {
            let numbers = (1...keys.count).map(String.init)
            let order = zip(1..., keys).map { number, _ in
                number == 1 && query.interval != nil ? "1" : "\(number) NULLS LAST"
            }
            statement = statement + " GROUP BY \(raw: numbers.joined(separator: ", "))"
            statement = statement + " ORDER BY \(raw: order.joined(separator: ", "))"
        }
        if let limit = query.limit { statement = statement + " LIMIT \(limit + 1) OFFSET \(query.offset)" }
        let result = try await connection.query(statement)
        let timeColumns = query.interval == nil ? 0 : 1
        return try result.map { row in
            let time = query.interval == nil ? nil : try row.decode(PostgresTimestamp.self, at: 0)
            let values = try query.groupBy.indices.map { try row.decode(String?.self, at: timeColumns + $0) }
            return ReportRow(
                time: time.map { Instant(microseconds: $0.microseconds) }, values: values,
                measures: try UsageMeasures(row: row, from: keys.count))
        }
    }

    package func projects(limit: Int, after name: String?) async throws -> [ProjectSummary] {
        try await pool.withConnection { connection in
            let unattributed = Attribution.unattributed
            let result = try await connection.query(
                """
                SELECT coalesce(p.name, \(unattributed)) COLLATE "C", min(u.quarter), max(u.quarter),
                    \(sql: UsageSQL.sums)
                FROM projects p LEFT JOIN usage_by_quarter u USING (project_id)
                WHERE coalesce(p.name, \(unattributed)) COLLATE "C" > \(name ?? "")
                GROUP BY p.project_id, p.name
                HAVING p.name IS NOT NULL OR count(u.quarter) > 0
                ORDER BY 1 LIMIT \(limit)
                """)
            return try result.map { row in
                ProjectSummary(
                    name: try row.decode(String.self, at: 0),
                    firstSeen: try row.decode(PostgresTimestamp?.self, at: 1).map {
                        Instant(microseconds: $0.microseconds)
                    },
                    lastSeen: try row.decode(PostgresTimestamp?.self, at: 2).map {
                        Instant(microseconds: $0.microseconds)
                    },
                    measures: try UsageMeasures(row: row, from: 3))
            }
        }
    }
}
