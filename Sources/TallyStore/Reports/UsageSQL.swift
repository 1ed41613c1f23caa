internal import PostgresClient
internal import TallyCore

/// The FROM and WHERE of a question about usage: rollups where they can answer it, events where they can't.
///
/// Rollups know whole quarters of an hour and neither users nor tags. So a question that names either is answered from
/// events; of any other, only the ragged ends of its range are.
struct UsageSQL {
    private static let summed =
        [
            "event_count", "unpriced_count", "partly_priced_count", "billed_cost", "reported_cost", "computed_cost",
        ] + UsageClass.names

    /// `(SELECT …) u JOIN …`: rows of usage with the names of their dimensions, as the aliases of ``expression(_:)``.
    static func source(_ query: ReportQuery) -> SQL {
        let needsEvents =
            query.groupBy.contains { $0.isOnlyInEvents } || query.filters.contains { $0.dimension.isOnlyInEvents }
        let columns = "project_id, quarter, offering_id, key_id, outcome, " + summed.joined(separator: ", ")
        let innerFrom = Instant(microseconds: query.from.microseconds + Instant.microsecondsPerQuarter - 1).quarter
        let innerTo = query.to.quarter
        func events(_ from: Instant, _ to: Instant) -> SQL {
            """
            SELECT \(raw: columns), user_name, tags FROM event_usage
            WHERE time >= \(PostgresTimestamp(from)) AND time < \(PostgresTimestamp(to))
            """
        }
        var rows: SQL
        if needsEvents || innerFrom >= innerTo {
            rows = events(query.from, query.to)
        } else {
            rows = """
                SELECT \(raw: columns), NULL::text AS user_name, NULL::jsonb AS tags FROM usage_by_quarter
                WHERE quarter >= \(PostgresTimestamp(innerFrom)) AND quarter < \(PostgresTimestamp(innerTo))
                """
            if query.from < innerFrom { rows = rows + " UNION ALL " + events(query.from, innerFrom) }
            if innerTo < query.to { rows = rows + " UNION ALL " + events(innerTo, query.to) }
        }
        return """
            (\(sql: rows)) u JOIN projects p USING (project_id) JOIN offerings o USING (offering_id)
            JOIN key_names k USING (key_id) WHERE \(sql: condition(query.filters))
            """
    }

    /// The value of a dimension in ``source(_:)``.
    static func expression(_ dimension: ReportDimension) -> SQL {
        switch dimension {
        case .project: "p.name"
        case .biller: "o.biller"
        case .provider: "o.provider"
        case .model: "o.model"
        case .route: "o.route"
        case .account: "o.account"
        case .serviceTier: "o.service_tier"
        case .key: "k.name"
        case .user: "u.user_name"
        case .outcome: "CASE u.outcome WHEN 'c' THEN 'complete' WHEN 'i' THEN 'interrupted' ELSE 'failed' END"
        case .tag(let key): "u.tags ->> \(key)"
        }
    }

    /// That all filters match.
    static func condition(_ filters: [ReportFilter]) -> SQL {
        var condition: SQL = "true"
        for filter in filters {
            let value = expression(filter.dimension)
            let named = filter.values.compactMap(\.self)
            var alternatives: SQL = "(\(sql: value)) = ANY (\(sql: spellings(of: named, filter.dimension)))"
            if filter.values.contains(nil) { alternatives = alternatives + " OR (\(sql: value)) IS NULL" }
            condition = condition + " AND (\(sql: alternatives))"
        }
        return condition
    }

    /// The values a filter compares with: billers and providers are stored under the one spelling of each.
    private static func spellings(of values: [String], _ dimension: ReportDimension) -> SQL {
        switch dimension {
        case .biller, .provider:
            """
            ARRAY(SELECT coalesce(a.name, lower(v)) FROM unnest(\(values)) v
                LEFT JOIN provider_aliases a ON a.alias = lower(v))
            """
        default: "\(values)"
        }
    }

    /// The sums of a group, in the order ``UsageMeasures/init(row:from:)`` reads them.
    static let sums: SQL = {
        let spend = "u.billed_cost + u.reported_cost + u.computed_cost"
        let isProvisional = "u.outcome = 'i'"
        let sums =
            [
                "sum(u.event_count)::bigint", "sum(u.event_count) FILTER (WHERE u.outcome = 'f')::bigint",
                "sum(u.unpriced_count)::bigint", "sum(u.partly_priced_count)::bigint",
                "sum(u.event_count) FILTER (WHERE p.name IS NULL)::bigint",
                "sum(u.event_count) FILTER (WHERE \(isProvisional))::bigint",
                "sum(u.billed_cost)", "sum(u.reported_cost)", "sum(u.computed_cost)",
                "sum(\(spend)) FILTER (WHERE p.name IS NULL)", "sum(\(spend)) FILTER (WHERE \(isProvisional))",
            ] + UsageClass.names.map { "sum(u.\($0))" }
        return SQL(raw: sums.joined(separator: ", "))
    }()
}

extension ReportDimension {
    /// Whether the rollups do not have it.
    var isOnlyInEvents: Bool {
        switch self {
        case .user, .tag: true
        default: false
        }
    }
}

extension UsageMeasures {
    /// The sums of ``UsageSQL/sums`` from a column on; sums of no rows are zero.
    init(row: Row, from start: Int) throws {
        self.init()
        func count(_ offset: Int) throws -> Int64 { try row.decode(Int64?.self, at: start + offset) ?? 0 }
        func money(_ offset: Int) throws -> Money {
            try row.decode(PostgresDecimal?.self, at: start + offset).map(Money.init(stored:)) ?? .zero
        }
        requests = try count(0)
        errors = try count(1)
        unpricedRequests = try count(2)
        partlyPricedRequests = try count(3)
        unattributedRequests = try count(4)
        provisionalRequests = try count(5)
        billedCost = try money(6)
        reportedCost = try money(7)
        computedCost = try money(8)
        unattributedCost = try money(9)
        provisionalCost = try money(10)
        for usageClass in UsageClass.allCases {
            if let sum = try row.decode(PostgresDecimal?.self, at: start + 11 + usageClass.rawValue) {
                quantities[usageClass] = try sum.rescaled(to: 0).unscaled
            }
        }
    }
}

extension PostgresTimestamp {
    /// An instant, as PostgreSQL takes it.
    init(_ instant: Instant) {
        self.init(microseconds: instant.microseconds)
    }
}
