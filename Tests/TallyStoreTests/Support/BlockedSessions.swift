import PostgresClient
import Testing

/// Waits until so many sessions of this database wait for a lock.
func waitForBlockedSessions(_ count: Int, _ connection: PostgresConnection) async throws {
    for _ in 0..<2000 {
        let blocked = try await connection.query(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0
            """
        ).first?.decode(Int.self, at: 0)
        if blocked == count { return }
        // The server's clock paces the rounds.
        try await connection.executeScript("SELECT pg_sleep(0.005)")
    }
    Issue.record("never \(count) sessions were blocked")
}
