internal import PostgresClient
internal import TallyCore

extension RollupDeltas {
    /// The columns besides the key and the classes.
    private static let sums = [
        "event_count", "unpriced_count", "partly_priced_count", "billed_cost", "reported_cost", "computed_cost",
        "list_cost",
    ]

    /// Adds the sums to the rollups and removes rows that nothing is left of.
    ///
    /// Rows are locked in the order of the primary key, so that writers wait for each other instead of deadlocking.
    func apply(_ connection: PostgresConnection) async throws {
        let rows = sorted
        if rows.isEmpty { return }
        let stated = rows.reduce(UInt32(0)) { $0 | $1.sums.stated }
        let classes = UsageClass.allCases.filter { stated & (1 << UInt32($0.rawValue)) != 0 }
        let columns = Self.sums + classes.map(\.name)
        let updates = Self.sums.map { "\($0) = r.\($0) + excluded.\($0)" }
            + classes.map { "\($0.name) = coalesce(r.\($0.name) + excluded.\($0.name), r.\($0.name), excluded.\($0.name))" }
        let selected = columns.enumerated().map { "c\($0.offset)" }.joined(separator: ", ")
        var statement: SQL = """
            INSERT INTO usage_by_quarter AS r
                (project_id, quarter, offering_id, key_id, outcome, \(raw: columns.joined(separator: ", ")))
            SELECT k0, k1, k2, k3, k4::"char", \(raw: selected)
            FROM unnest(\(rows.map(\.key.projectID)),
                \(rows.map { PostgresTimestamp(microseconds: $0.key.quarter) }), \(rows.map(\.key.offeringID)),
                \(rows.map(\.key.keyID)), \(rows.map { String(UnicodeScalar($0.key.outcome.code)) }),
                \(rows.map(\.sums.events)), \(rows.map(\.sums.unpriced)), \(rows.map(\.sums.partlyPriced)),
                \(rows.map { PostgresDecimal(picodollars: $0.sums.billed) }),
                \(rows.map { PostgresDecimal(picodollars: $0.sums.reported) }),
                \(rows.map { PostgresDecimal(picodollars: $0.sums.computed) }),
                \(rows.map { PostgresDecimal(picodollars: $0.sums.list) })
            """
        for usageClass in classes {
            let bit = UInt32(1) << UInt32(usageClass.rawValue)
            let values = rows.map { $0.sums.stated & bit == 0 ? nil : $0.sums.quantities[usageClass.rawValue] }
            statement = statement + ", \(values)"
        }
        statement = statement + """
            ) AS t (k0, k1, k2, k3, k4, \(raw: selected))
            ORDER BY k0, k1, k2, k3, k4
            ON CONFLICT (project_id, quarter, offering_id, key_id, outcome) DO UPDATE
            SET \(raw: updates.joined(separator: ", "))
            """
        _ = try await connection.execute(statement)
        if rows.contains(where: { $0.sums.events < 0 }) {
            let quarters = rows.map(\.key.quarter)
            let projects = Array(Set(rows.map(\.key.projectID)))
            let first = PostgresTimestamp(microseconds: quarters.min() ?? 0)
            let last = PostgresTimestamp(microseconds: quarters.max() ?? 0)
            _ = try await connection.execute(
                """
                DELETE FROM usage_by_quarter
                WHERE event_count = 0 AND project_id = ANY (\(projects)) AND quarter BETWEEN \(first) AND \(last)
                """)
        }
    }
}

extension PostgresDecimal {
    /// An amount of money.
    init(picodollars: Int128) {
        self.init(unscaled: picodollars, scale: Money.places)
    }
}
