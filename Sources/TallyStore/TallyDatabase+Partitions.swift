internal import PostgresClient
package import TallyCore

extension TallyDatabase {
    /// Months that have their partitions before they begin.
    private static let monthsAhead = 2

    /// Makes the partitions of the month of a time and of those after it, when they are missing.
    package func makePartitions(from time: Instant) async throws {
        var month = time.utcDate.startOfMonth
        var months: Set = [month]
        for _ in 0..<Self.monthsAhead {
            month = month.startOfNextMonth
            months.insert(month)
        }
        try await pool.withConnection { connection in
            try await dimensions.ensureMonths(of: months, connection)
        }
    }
}
