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
    /// The arrays are in the order of the primary key, in which their rows are then locked: writers wait for each other
    /// instead of deadlocking.
    func apply(_ connection: PostgresConnection) async throws {
        let rows = sorted
        if rows.isEmpty { return }
        let stated = rows.reduce(UInt32(0)) { $0 | $1.sums.stated }
        let classes = UsageClass.allCases.filter { stated & (1 << UInt32($0.rawValue)) != 0 }
        let columns = Self.sums + classes.map(\.name)
        let updates =
            Self.sums.map { "\($0) = r.\($0) + excluded.\($0)" }
            + classes.map {
                "\($0.name) = coalesce(r.\($0.name) + excluded.\($0.name), r.\($0.name), excluded.\($0.name))"
            }
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
        statement =
            statement + """
                ) AS t (k0, k1, k2, k3, k4, \(raw: selected))
                ON CONFLICT (project_id, quarter, offering_id, key_id, outcome) DO UPDATE
                SET \(raw: updates.joined(separator: ", "))
                """
        _ = try await connection.execute(statement)
        if rows.contains(where: { $0.sums.events < 0 }) { try await removeEmpty(rows, connection) }
        if rows.contains(where: { $0.sums.withdrawn != 0 }) { try await forgetUnstated(rows, connection) }
    }

    private func removeEmpty(_ rows: [(key: Key, sums: Sums)], _ connection: PostgresConnection) async throws {
        let range = Self.range(of: rows)
        _ = try await connection.execute(
            """
            DELETE FROM usage_by_quarter
            WHERE event_count = 0 AND project_id = ANY (\(range.projects))
                AND quarter BETWEEN \(range.first) AND \(range.last)
            """)
    }

    /// Makes the sum of a class unknown again where only events that were taken away had stated it: it would be zero
    /// now, which says something else (I6).
    ///
    /// Only rows that this transaction has changed, and so locked, are looked at: no event can come to them meanwhile.
    private func forgetUnstated(_ rows: [(key: Key, sums: Sums)], _ connection: PostgresConnection) async throws {
        let rows = rows.filter { $0.sums.withdrawn != 0 }
        let withdrawn = rows.reduce(UInt32(0)) { $0 | $1.sums.withdrawn }
        let names = UsageClass.allCases.filter { withdrawn & (1 << UInt32($0.rawValue)) != 0 }.map(\.name)
        let range = Self.range(of: rows)
        let key = ["project_id", "quarter", "offering_id", "key_id", "outcome"]
        let match = key.map { "r.\($0) = s.\($0)" }.joined(separator: " AND ")
        let isForgotten = names.map { "r.\($0) = 0 AND s.\($0) IS NULL" }.joined(separator: " OR ")
        _ = try await connection.execute(
            """
            UPDATE usage_by_quarter r
            SET \(raw: names.map { "\($0) = s.\($0)" }.joined(separator: ", "))
            FROM (
                SELECT \(raw: key.joined(separator: ", ")),
                    \(raw: names.map { "sum(\($0))::bigint AS \($0)" }.joined(separator: ", "))
                FROM event_usage
                WHERE time >= \(range.first) AND time < \(range.last) + interval '15 minutes'
                    AND project_id = ANY (\(range.projects))
                GROUP BY \(raw: key.joined(separator: ", "))
            ) s
            JOIN (
                SELECT k0, k1, k2, k3, k4::"char" FROM unnest(\(rows.map(\.key.projectID)),
                    \(rows.map { PostgresTimestamp(microseconds: $0.key.quarter) }), \(rows.map(\.key.offeringID)),
                    \(rows.map(\.key.keyID)), \(rows.map { String(UnicodeScalar($0.key.outcome.code)) })
                ) AS t (k0, k1, k2, k3, k4)
            ) changed (\(raw: key.joined(separator: ", "))) USING (\(raw: key.joined(separator: ", ")))
            WHERE r.project_id = ANY (\(range.projects)) AND r.quarter BETWEEN \(range.first) AND \(range.last)
                AND \(raw: match) AND (\(raw: isForgotten))
            """)
    }

    /// The projects and quarters of an hour that rows lie in.
    private static func range(
        of rows: [(key: Key, sums: Sums)]
    ) -> (projects: [Int32], first: PostgresTimestamp, last: PostgresTimestamp) {
        let quarters = rows.map(\.key.quarter)
        return (
            Array(Set(rows.map(\.key.projectID))), PostgresTimestamp(microseconds: quarters.min() ?? 0),
            PostgresTimestamp(microseconds: quarters.max() ?? 0)
        )
    }
}

extension PostgresDecimal {
    /// An amount of money.
    init(picodollars: Int128) {
        self.init(unscaled: picodollars, scale: Money.places)
    }
}
