import PostgresClient
import TallyCore
import TallyTestSupport
import Testing

/// Checks that the rollups are exactly the sums of the events, row by row and column by column, NULLs included; and
/// that every event has its identity and the project of its attribution.
func expectRollupsMatchEvents(
    _ database: TestDatabase, _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let key = "project_id, quarter, offering_id, key_id, outcome"
    let columns =
        [
            "event_count", "unpriced_count", "partly_priced_count", "billed_cost", "reported_cost", "computed_cost",
            "list_cost",
        ] + UsageClass.names
    let sums = columns.map { "sum(\($0)) AS \($0)" }.joined(separator: ", ")
    let kept = columns.map { "\($0)::numeric" }.joined(separator: ", ")
    let differing = try await database.query(
        """
        WITH wanted AS (SELECT \(raw: key), \(raw: sums) FROM event_usage GROUP BY \(raw: key)),
            kept AS (SELECT \(raw: key), \(raw: kept) FROM usage_by_quarter)
        SELECT 'events: ' || w::text FROM (SELECT * FROM wanted EXCEPT SELECT * FROM kept) w
        UNION ALL SELECT 'rollup: ' || k::text FROM (SELECT * FROM kept EXCEPT SELECT * FROM wanted) k
        LIMIT 4
        """
    ).map { try $0.decode(String.self, at: 0) }
    #expect(differing == [], comment, sourceLocation: sourceLocation)
    let stray = try await database.count(
        """
        SELECT count(*) FROM events e
        LEFT JOIN event_identities i ON coalesce(i.event_id, i.identity) = e.event_id AND i.time = e.time
        LEFT JOIN attributions a USING (attribution_id)
        WHERE i.identity IS NULL OR a.project_id IS DISTINCT FROM e.project_id
        """)
    #expect(stray == 0, comment, sourceLocation: sourceLocation)
}
