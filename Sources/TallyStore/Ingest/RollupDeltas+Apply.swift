internal import PostgresClient
internal import TallyCore

extension RollupDeltas {
    /// The columns of the primary key, and those besides it and the classes.
    private static let keyColumns = ["project_id", "quarter", "offering_id", "key_id", "outcome"]
    private static let plainSumColumns = ["event_count", "computed_cost", "list_cost"]
    private static let sumColumns = [
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
        let rows = order
        let known = expectation.expectRollups(of: self)
        do {
            try await connection.savepoint { connection in
                try await copy(rows.filter { !known.contains(keys[$0].quarter) }, connection)
            }
            try await add(rows.filter { known.contains(keys[$0].quarter) }, connection)
        } catch let error as PostgresError where error.isKnownRollup {
            try await add(rows, connection)
        }
    }

    /// Makes rows that are not there yet.
    private func copy(_ rows: [Int], _ connection: PostgresConnection) async throws {
        if rows.isEmpty { return }
        let classes = statedClasses(rows)
        // Most rows hold 0 in the columns whose default that is.
        let isPlain = rows.allSatisfy { sums[$0].isPlain }
        let sumColumns = isPlain ? Self.plainSumColumns : Self.sumColumns
        let columns = Self.keyColumns + sumColumns + classes.map(\.name)
        var buffer = CopyBuffer(reservingBytes: rows.count * Self.usualRowBytes)
        for row in rows {
            let key = keys[row]
            try buffer.beginRow(columns: columns.count)
            buffer.append(key.projectID)
            try buffer.append(timestampMicroseconds: key.quarter)
            buffer.append(key.offeringID)
            buffer.append(key.keyID)
            buffer.append(byte: key.outcome.code)
            buffer.append(sums[row].events)
            if !isPlain {
                buffer.append(sums[row].unpriced)
                buffer.append(sums[row].partlyPriced)
                buffer.append(decimalUnscaled: sums[row].billed, scale: Money.places)
                buffer.append(decimalUnscaled: sums[row].reported, scale: Money.places)
            }
            buffer.append(decimalUnscaled: sums[row].computed, scale: Money.places)
            buffer.append(decimalUnscaled: sums[row].list, scale: Money.places)
            for usageClass in classes {
                let index = usageClass.rawValue
                if sums[row].stated & (1 << UInt32(index)) == 0 {
                    buffer.appendNull()
                } else {
                    buffer.append(sums[row].quantities[index])
                }
            }
        }
        let months = Set(Set(rows.map { keys[$0].quarter }).map { Instant(microseconds: $0).utcDate.startOfMonth })
        let table = MonthPartition.table("usage_by_quarter", of: months)
        try await connection.copyIn(
            "COPY \(table) (\(columns.joined(separator: ", "))) FROM STDIN (FORMAT binary)", buffer)
    }

    private static let usualRowBytes = 192

    private func statedClasses(_ rows: [Int]) -> [UsageClass] {
        let stated = rows.reduce(UInt32(0)) { $0 | sums[$1].stated }
        return UsageClass.allCases.filter { stated & (1 << UInt32($0.rawValue)) != 0 }
    }

    /// Adds the sums to the rollups and removes rows that nothing is left of.
    func apply(_ connection: PostgresConnection) async throws {
        try await add(order, connection)
        if sums.contains(where: { $0.events < 0 }) { try await removeEmpty(connection) }
        let withdrawn = keys.indices.filter { sums[$0].withdrawn != 0 }
        if !withdrawn.isEmpty { try await forgetUnstated(withdrawn, connection) }
    }

    /// Adds sums to rows, which are made where they are missing.
    ///
    /// The arrays are in the order of the primary key, in which their rows are then locked: writers wait for each other
    /// instead of deadlocking.
    private func add(_ rows: [Int], _ connection: PostgresConnection) async throws {
        if rows.isEmpty { return }
        let classes = statedClasses(rows)
        let columns = Self.sumColumns + classes.map(\.name)
        let updates =
            Self.sumColumns.map { "\($0) = r.\($0) + excluded.\($0)" }
            + classes.map {
                "\($0.name) = coalesce(r.\($0.name) + excluded.\($0.name), r.\($0.name), excluded.\($0.name))"
            }
        let selected = columns.enumerated().map { "c\($0.offset)" }.joined(separator: ", ")
        var statement: SQL = """
            INSERT INTO usage_by_quarter AS r
                (\(raw: (Self.keyColumns + columns).joined(separator: ", ")))
            SELECT k0, k1, k2, k3, k4::"char", \(raw: selected)
            FROM unnest(\(rows.map { keys[$0].projectID }),
                \(rows.map { PostgresTimestamp(microseconds: keys[$0].quarter) }), \(rows.map { keys[$0].offeringID }),
                \(rows.map { keys[$0].keyID }), \(rows.map { String(UnicodeScalar(keys[$0].outcome.code)) }),
                \(rows.map { sums[$0].events }), \(rows.map { sums[$0].unpriced }), \(rows.map { sums[$0].partlyPriced }),
                \(rows.map { PostgresDecimal(picodollars: sums[$0].billed) }),
                \(rows.map { PostgresDecimal(picodollars: sums[$0].reported) }),
                \(rows.map { PostgresDecimal(picodollars: sums[$0].computed) }),
                \(rows.map { PostgresDecimal(picodollars: sums[$0].list) })
            """
        for usageClass in classes {
            let bit = UInt32(1) << UInt32(usageClass.rawValue)
            let values = rows.map { sums[$0].stated & bit == 0 ? nil : sums[$0].quantities[usageClass.rawValue] }
            statement = statement + ", \(values)"
        }
        statement =
            statement + """
                ) AS t (k0, k1, k2, k3, k4, \(raw: selected))
                ON CONFLICT (\(raw: Self.keyColumns.joined(separator: ", "))) DO UPDATE
                SET \(raw: updates.joined(separator: ", "))
                """
        _ = try await connection.execute(statement)
    }

    private func removeEmpty(_ connection: PostgresConnection) async throws {
        let range = range(of: Array(keys.indices))
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
    private func forgetUnstated(_ rows: [Int], _ connection: PostgresConnection) async throws {
        let withdrawn = rows.reduce(UInt32(0)) { $0 | sums[$1].withdrawn }
        let names = UsageClass.allCases.filter { withdrawn & (1 << UInt32($0.rawValue)) != 0 }.map(\.name)
        let range = range(of: rows)
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
                SELECT k0, k1, k2, k3, k4::"char" FROM unnest(\(rows.map { keys[$0].projectID }),
                    \(rows.map { PostgresTimestamp(microseconds: keys[$0].quarter) }), \(rows.map { keys[$0].offeringID }),
                    \(rows.map { keys[$0].keyID }), \(rows.map { String(UnicodeScalar(keys[$0].outcome.code)) })
                ) AS t (k0, k1, k2, k3, k4)
            ) changed (\(raw: key.joined(separator: ", "))) USING (\(raw: key.joined(separator: ", ")))
            WHERE r.project_id = ANY (\(range.projects)) AND r.quarter BETWEEN \(range.first) AND \(range.last)
                AND \(raw: match) AND (\(raw: isForgotten))
            """)
    }

    /// The projects and quarters of an hour that rows lie in.
    private func range(
        of rows: [Int]
    ) -> (projects: [Int32], first: PostgresTimestamp, last: PostgresTimestamp) {
        let quarters = rows.map { keys[$0].quarter }
        return (
            Array(Set(rows.map { keys[$0].projectID })), PostgresTimestamp(microseconds: quarters.min() ?? 0),
            PostgresTimestamp(microseconds: quarters.max() ?? 0)
        )
    }
}

extension RollupDeltas.Sums {
    /// Whether all is priced, and by the price table alone.
    fileprivate var isPlain: Bool { unpriced == 0 && partlyPriced == 0 && billed == 0 && reported == 0 }
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
