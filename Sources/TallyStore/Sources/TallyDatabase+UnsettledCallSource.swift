internal import PostgresClient
package import TallyCore

extension TallyDatabase: UnsettledCallSource {
    /// Reads the events since the query's time; of an event that several sources tell of, the sources are those of its
    /// contributions.
    package func unsettledCalls(_ query: UnsettledCallQuery) async throws -> [UnsettledCall] {
        try await pool.withConnection { connection in
            try await connection.query(
                """
                SELECT e.request_id, min(e.time) FROM events e
                WHERE e.time >= \(PostgresTimestamp(query.since)) AND e.request_id <> ''
                    AND e.offering_id IN (SELECT offering_id FROM offerings WHERE biller = \(query.biller))
                    AND (NOT e.usage_known OR e.outcome = 'i' OR (e.reported_cost IS NULL AND e.billed_cost IS NULL))
                    AND e.request_id <> ALL (\(query.excluding))
                    AND e.source_id NOT IN (SELECT source_id FROM sources WHERE form = \(query.settledBy))
                    AND NOT EXISTS (
                        SELECT FROM event_contributions c JOIN sources s USING (source_id)
                        WHERE c.event_id = e.event_id AND s.form = \(query.settledBy))
                GROUP BY e.request_id ORDER BY min(e.time), e.request_id COLLATE "C" LIMIT \(query.limit)
                """
            ).map { row in
                UnsettledCall(
                    requestID: try row.decode(String.self, at: 0),
                    time: Instant(microseconds: try row.decode(PostgresTimestamp.self, at: 1).microseconds))
            }
        }
    }
}
