internal import PostgresClient
internal import TallyCore

/// An event as a row of `events`, or of another table with its columns, has it.
enum EventRow {
    /// A table with the names of its dimensions: `u`, `p`, `o` and `k`.
    static func source(_ table: String) -> String {
        """
        (SELECT e.*, a.user_name, a.key_id, a.tags FROM \(table) e JOIN attributions a USING (attribution_id)) u
        JOIN projects p USING (project_id) JOIN offerings o USING (offering_id) JOIN key_names k USING (key_id)
        """
    }

    /// The columns that ``event(_:)`` reads.
    ///
    /// - Parameter identity: The column of the event's identity.
    /// - Returns: The columns of ``source(_:)``.
    static func columns(identity: String) -> String {
        ([identity] + own + UsageClass.names.map { "u.\($0)" }).joined(separator: ", ")
    }

    /// How many columns ``columns(identity:)`` names.
    static let columnCount = 1 + own.count + UsageClass.count

    private static let own = [
        "u.time", "p.name", "u.user_name", "k.name", "u.tags", "o.biller", "o.provider", "o.model", "o.route",
        "o.account", "o.service_tier", "u.id", "u.request_id", "u.status::integer", "u.duration_ms", "u.ttfb_ms",
        "u.is_stream", "u.outcome::text", "u.usage_known", "u.reported_cost", "u.billed_cost", "u.upstream",
        "u.requested_model", "u.request_bytes", "u.response_bytes", "u.error_type", "u.estimated_time_ms",
        "u.retry_after_ms", "u.rate_limit_remaining", "u.rate_limit_reset_ms", "u.is_seller_assumed",
    ]

    /// The event of a row that begins with the columns.
    static func event(_ row: Row) throws -> UsageEvent {
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
                usage[usageClass] = try row.decode(Int64?.self, at: 1 + own.count + usageClass.rawValue)
            }
            event.usage = usage
        }
        event.reportedCost = try row.decode(PostgresDecimal?.self, at: 20).map(Money.init(stored:))
        event.billedCost = try row.decode(PostgresDecimal?.self, at: 21).map(Money.init(stored:))
        event.details = try details(row)
        event.isSellerAssumed = try row.decode(Bool?.self, at: 31) ?? false
        return event
    }

    private static func details(_ row: Row) throws -> CallDetails {
        var details = CallDetails()
        details.upstream = try row.decode(String?.self, at: 22)
        details.requestedModel = try row.decode(String?.self, at: 23)
        details.requestBytes = try row.decode(Int?.self, at: 24)
        details.responseBytes = try row.decode(Int?.self, at: 25)
        // A word that this version does not have yet.
        details.errorType = try row.decode(String?.self, at: 26).map { ErrorType(rawValue: $0) ?? .other }
        details.estimatedTimeMs = try row.decode(Int?.self, at: 27)
        details.retryAfterMs = try row.decode(Int?.self, at: 28)
        details.rateLimitRemaining = try row.decode(Int?.self, at: 29)
        details.rateLimitResetMs = try row.decode(Int?.self, at: 30)
        return details
    }
}
