package import PostgresClient
internal import TallyCore

/// The database, as the rest of Tally sees it: the ports of the core, implemented in SQL.
///
/// Each port is an extension in a file of its own. All of them share one bounded pool.
package struct TallyDatabase: Sendable {
    let pool: PostgresPool
    let dimensions: DimensionCache
    let ingest = IngestExpectation()

    /// The oldest PostgreSQL that works: 15, for `UNIQUE NULLS NOT DISTINCT`.
    package static let minimumServerVersion = 150_000

    /// Makes the statements every connection runs first.
    ///
    /// - Parameter statementTimeoutSeconds: The longest one statement may take.
    /// - Returns: The statements, in the order to run them in.
    package static func sessionSetup(statementTimeoutSeconds: Int) -> [String] {
        [
            "SET TIME ZONE 'UTC'",
            "SET statement_timeout = '\(statementTimeoutSeconds)s'",
            "SET idle_in_transaction_session_timeout = '\(statementTimeoutSeconds)s'",
        ]
    }

    /// A database behind a pool, whose sessions were set up by ``sessionSetup(statementTimeoutSeconds:)``.
    package init(pool: PostgresPool) {
        self.pool = pool
        dimensions = DimensionCache()
    }
}
