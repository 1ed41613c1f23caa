internal import PostgresClient
internal import TallyCore

extension RollupDeltas {
    /// The columns of the primary key, and those besides it and the classes.
    private static let keyColumns = ["project_id", "quarter", "offering_id", "key_id", "outcome"]
    private static let sums = [
        "event_count", "unpriced_count", "partly_priced_count", "billed_cost", "reported_cost", "computed_cost",
        "list_cost",
    ]

    /// Adds the sums of new events to the rollups.
    ///
    /// Most logs are in the order of time, so that most rows are new, and COPY makes those at a third of the cost. What
    /// is to be expected is learned; a guess that is wrong costs time and nothing else.
    ///
    /// - Parameters:
    ///   - connection: The connection, with its transaction open.
    ///   - expectation: What was learned from earlier events.
    /// - Throws: `PostgresError` when a statement fails.
    func apply(_ connection: PostgresConnection, expecting expectation: IngestExpectation) async throws {
        let rows = sorted
        let (known, fresh) = expectation.split(rows)
        do {
            try await connection.savepoint { connection in try await Self.copy(fresh, connection) }
            try await Self.add(known, connection)
        } catch let error as PostgresError where error.isKnownRollup {
            expectation.expectRollups(of: fresh)
            try await Self.add(rows, connection)
        }
        expectation.expectRollups(of: fresh)
    }

    /// Makes rows that are not there yet.
    private static func copy(_ rows: [(key: Key, sums: Sums)], _ connection: PostgresConnection) async throws {
        if rows.isEmpty { return }
        let classes = statedClasses(rows)
        let columns = keyColumns + sums + classes.map(\.name)
        var buffer = CopyBuffer(reservingBytes: rows.count * usualRowBytes)
        for (key, sums) in rows {
            try buffer.beginRow(columns: columns.count)
            buffer.append(key.projectID)
            try buffer.append(timestampMicroseconds: key.quarter)
            buffer.append(key.offeringID)
            buffer.append(key.keyID)
            buffer.append(byte: key.outcome.code)
            buffer.append(sums.events)
            buffer.append(sums.unpriced)
            buffer.append(sums.partlyPriced)
            for amount in [sums.billed, sums.reported, sums.computed, sums.list] {
                buffer.append(decimalUnscaled: amount, scale: Money.places)
            }
            for usageClass in classes {
                let index = usageClass.rawValue
                if sums.stated & (1 << UInt32(index)) == 0 {
                    buffer.appendNull()
                } else {
                    buffer.append(sums.quantities[index])
                }
            }
        }
        let months = Set(rows.map { Instant(microseconds: $0.key.quarter).utcDate.startOfMonth })
        let table = MonthPartition.table("usage_by_quarter", of: months)
        try await connection.copyIn(
            "COPY \(table) (\(columns.joined(separator: ", "))) FROM STDIN (FORMAT binary)", buffer)
    }

    private static let usualRowBytes = 192

    private static func statedClasses(_ rows: [(key: Key, sums: Sums)]) -> [UsageClass] {
        let stated = rows.reduce(UInt32(0)) { $0 | $1.sums.stated }
        return UsageClass.allCases.filter { stated & (1 << UInt32($0.rawValue)) != 0 }
    }

    /// Adds the sums to the rollups and removes rows that nothing is left of.
    func apply(_ connection: PostgresConnection) async throws {
        let rows = sorted
        try await Self.add(rows, connection)
        if rows.contains(where: { $0.sums.events < 0 }) { try await removeEmpty(rows, connection) }
        if rows.contains(where: { $0.sums.withdrawn != 0 }) { try await forgetUnstated(rows, connection) }
    }

    /// Adds sums to rows, which are made where they are missing.
    ///
    /// The arrays are in the order of the primary key, in which their rows are then locked: writers wait for each other
    /// instead of deadlocking.
    private static func add(_ rows: [(key: Key, sums: Sums)], _ connection: PostgresConnection) async throws {
        if rows.isEmpty { return }
        let classes = statedClasses(rows)
        let columns = Self.sums + classes.map(\.name)
        let updates =
            Self.sums.map { "\($0) = r.\($0) + excluded.\($0)" }
            + classes.map {
                "\($0.name) = coalesce(r.\($0.name) + excluded.\($0.name), r.\($0.name), excluded.\($0.name))"
            }
        let selected = columns.enumerated().map { "c\($0.offset)" }.joined(separator: ", ")
        var statement: SQL = """
            INSERT INTO usage_by_quarter AS r
                (\(raw: (keyColumns + columns).joined(separator: ", ")))
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
                ON CONFLICT (\(raw: keyColumns.joined(separator: ", "))) DO UPDATE
                SET \(raw: updates.joined(separator: ", "))
                """
        _ = try await connection.execute(statement)
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
        let key = Self.keyColumns
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

extension PostgresError {
    /// Whether it says that a rollup row is there already.
    fileprivate var isKnownRollup: Bool { sqlState == "23505" && table?.hasPrefix("usage_by_quarter") == true }
}
