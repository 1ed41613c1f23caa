internal import FastJSON
internal import PostgresClient
package import TallyCore

extension TallyDatabase: EventSource {
    package func events(
        _ query: ReportQuery, after position: EventPosition?, limit: Int
    ) async throws -> [StoredEvent] {
        var conditions: SQL = """
            time >= \(PostgresTimestamp(query.from)) AND time < \(PostgresTimestamp(query.to))
            AND \(sql: UsageSQL.condition(query.filters))
            """
        if let position {
            let time = PostgresTimestamp(position.time)
            conditions =
                conditions + """
                     AND time <= \(time) AND (time < \(time) OR event_id < \(position.identity.uuid))
                    """
        }
        return try await pool.withConnection { connection in
            try await Self.storedEvents(where: conditions, limit: limit, connection)
        }
    }

    /// The events that meet a condition on `u`, `p`, `o` and `k`, newest first.
    static func storedEvents(
        where condition: SQL, limit: Int, _ connection: PostgresConnection
    ) async throws -> [StoredEvent] {
        let statement: SQL = """
            SELECT u.event_id, u.time, p.name, u.user_name, k.name, u.tags, o.biller, o.provider, o.model, o.route,
                o.account, o.service_tier, u.id, u.request_id, u.status::integer, u.duration_ms, u.ttfb_ms, u.is_stream,
                u.outcome::text, u.usage_known, u.computed_cost, u.reported_cost, u.billed_cost, b.basis,
                u.upstream, u.requested_model, u.request_bytes, u.response_bytes, u.error_type, u.estimated_time_ms,
                u.retry_after_ms, u.rate_limit_remaining, u.rate_limit_reset_ms,
                \(raw: UsageClass.names.map { "u.\($0)" }.joined(separator: ", "))
            FROM (SELECT e.*, a.user_name, a.key_id, a.tags FROM events e JOIN attributions a USING (attribution_id)) u
            JOIN projects p USING (project_id) JOIN offerings o USING (offering_id) JOIN key_names k USING (key_id)
            JOIN charge_bases b USING (basis_id)
            WHERE \(sql: condition)
            ORDER BY u.time DESC, u.event_id DESC LIMIT \(limit)
            """
        let parser = try JSONParser()
        return try await connection.query(statement).map { try StoredEvent(row: $0, parser: parser) }
    }
}

extension StoredEvent {
    fileprivate init(row: Row, parser: JSONParser) throws {
        let identity = EventIdentity(try row.decode(PostgresUUID.self, at: 0))
        let time = Instant(microseconds: try row.decode(PostgresTimestamp.self, at: 1).microseconds)
        var event = UsageEvent(identity: identity, time: time)
        event.attribution = Attribution(
            project: try row.decode(String?.self, at: 2), user: try row.decode(String?.self, at: 3),
            key: try row.decode(String?.self, at: 4),
            tags: try row.decode(PostgresJSON?.self, at: 5).map { try TagText.tags(fromJSON: $0.text) })
        event.offering = Offering(
            biller: try row.decode(String?.self, at: 6), provider: try row.decode(String?.self, at: 7),
            model: try row.decode(String?.self, at: 8),
            route: try row.decode(String?.self, at: 9).flatMap(Route.init(rawValue:)),
            account: try row.decode(String?.self, at: 10), serviceTier: try row.decode(String?.self, at: 11))
        event.id = try row.decode(String?.self, at: 12)
        event.requestID = try row.decode(String?.self, at: 13)
        event.status = try row.decode(Int?.self, at: 14)
        event.durationMs = try row.decode(Int?.self, at: 15)
        event.ttfbMs = try row.decode(Int?.self, at: 16)
        event.isStream = try row.decode(Bool?.self, at: 17)
        guard let outcome = Outcome(code: try row.decode(String.self, at: 18)) else {
            throw StoreError.unreadable("an event with an unknown outcome")
        }
        event.outcome = outcome
        if try row.decode(Bool.self, at: 19) {
            var usage = UsageBuckets()
            for usageClass in UsageClass.allCases {
                usage[usageClass] = try row.decode(Int64?.self, at: Self.firstClassColumn + usageClass.rawValue)
            }
            event.usage = usage
        }
        event.reportedCost = try row.decode(PostgresDecimal?.self, at: 21).map(Money.init(stored:))
        event.billedCost = try row.decode(PostgresDecimal?.self, at: 22).map(Money.init(stored:))
        event.details = try Self.details(row)
        let basis = try row.decode(PostgresJSON.self, at: 23).text
        let (priceIDs, reason) = try parser.withDocument(basis) { root in
            var ids: [String] = []
            if let rates = root["rates"] {
                for rate in rates.elements {
                    if let id = rate["price_id"]?.string, !ids.contains(id) { ids.append(id) }
                }
            }
            return (ids, root["unpriced"]?.string)
        }
        self.init(
            event: event, computedCost: try row.decode(PostgresDecimal?.self, at: 20).map(Money.init(stored:)),
            priceIDs: priceIDs, unpricedReason: reason)
    }

    /// Where the quantities of the classes begin, behind the details.
    private static let firstClassColumn = 33

    private static func details(_ row: Row) throws -> CallDetails {
        var details = CallDetails()
        details.upstream = try row.decode(String?.self, at: 24)
        details.requestedModel = try row.decode(String?.self, at: 25)
        details.requestBytes = try row.decode(Int?.self, at: 26)
        details.responseBytes = try row.decode(Int?.self, at: 27)
        // A word that this version does not have yet.
        details.errorType = try row.decode(String?.self, at: 28).map { ErrorType(rawValue: $0) ?? .other }
        details.estimatedTimeMs = try row.decode(Int?.self, at: 29)
        details.retryAfterMs = try row.decode(Int?.self, at: 30)
        details.rateLimitRemaining = try row.decode(Int?.self, at: 31)
        details.rateLimitResetMs = try row.decode(Int?.self, at: 32)
        return details
    }
}
