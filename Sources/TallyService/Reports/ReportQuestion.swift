package import TallyCore

/// The parameters of a question about usage or events, as they stand in a query string or on the command line, read
/// into a query.
///
/// Names are those of the query string.
package struct ReportQuestion: Sendable {
    /// The query.
    package private(set) var query: ReportQuery
    /// The `cursor` parameter.
    package private(set) var cursor: String?

    private static let maximumFilters = 256

    /// Reads parameters.
    ///
    /// - Parameters:
    ///   - parameters: Names and values; a repeated filter is an alternative.
    ///   - now: The clock: the default range is the month it lies in.
    ///   - grouping: Whether `group_by` and `interval` may be given.
    ///   - maximumRows: The most rows one answer may have.
    ///   - defaultRows: The rows of an answer when `limit` is not given; `nil` for all.
    /// - Throws: ``QuestionError`` naming the parameter.
    package init(
        _ parameters: [(name: String, value: String)], now: Instant, grouping: Bool = true, maximumRows: Int,
        defaultRows: Int?
    ) throws(QuestionError) {
        var zone = ReportZone.utc
        var from: String?
        var to: String?
        var filters: [ReportDimension: [String?]] = [:]
        var order: [ReportDimension] = []
        query = ReportQuery(from: now, to: now)
        query.limit = defaultRows
        var seen: Set<String> = []
        for (name, value) in parameters {
            let isRepeated = !seen.insert(name).inserted
            if isRepeated, name != "group_by", ReportDimension(name: name) == nil {
                throw QuestionError(name, "given more than once; keep one")
            }
            switch name {
            case "from": from = value
            case "to": to = value
            case "time_zone":
                guard let read = ReportZone(name: value) else {
                    throw QuestionError(name, "there is no IANA time zone \"\(value)\"; write one like Europe/Berlin")
                }
                zone = read
            case "group_by" where grouping:
                query.groupBy = try Self.dimensions(value, after: query.groupBy)
            case "interval" where grouping:
                guard let interval = ReportInterval(rawValue: value) else {
                    throw QuestionError(name, "\"\(value)\" is no interval; write hour, day or month")
                }
                query.interval = interval
            case "limit":
                guard let limit = Int(value), (1...maximumRows).contains(limit) else {
                    throw QuestionError(name, "\"\(value)\" is not a number from 1 to \(maximumRows)")
                }
                query.limit = limit
            case "cursor": cursor = value
            default:
                guard let dimension = ReportDimension(name: name) else { throw Self.unknown(name, grouping: grouping) }
                if filters[dimension] == nil { order.append(dimension) }
                filters[dimension, default: []].append(Self.filterValue(value, of: dimension))
                if filters.values.reduce(0, { $0 + $1.count }) > Self.maximumFilters {
                    throw QuestionError(
                        name, "more than \(Self.maximumFilters) filter values; ask in several questions")
                }
            }
        }
        query.zone = zone
        query.filters = order.map { ReportFilter(dimension: $0, values: filters[$0] ?? []) }
        (query.from, query.to) = try Self.range(from: from, to: to, zone: zone, now: now)
    }

    /// The range asked for: half-open, dates and months in the zone.
    ///
    /// Without an end, a month asked for ends with itself, and any other range with the present month; without a
    /// beginning, it begins with the month its end lies in.
    private static func range(
        from: String?, to: String?, zone: ReportZone, now: Instant
    ) throws(QuestionError) -> (Instant, Instant) {
        let today = zone.date(at: now)
        let end: Instant
        if let to {
            end = try instant(to, "to", zone: zone)
        } else if let from, case .month(let month)? = TimeText(from) {
            end = zone.start(of: month.startOfNextMonth)
        } else {
            end = zone.start(of: today.startOfNextMonth)
        }
        let start: Instant
        if let from {
            start = try instant(from, "from", zone: zone)
        } else {
            start = zone.start(of: zone.date(at: Instant(microseconds: end.microseconds - 1)).startOfMonth)
        }
        if start >= end { throw QuestionError(to == nil ? "from" : "to", "the range is empty: from must be before to") }
        return (start, end)
    }

    private static func instant(
        _ text: String, _ name: String, zone: ReportZone
    ) throws(QuestionError) -> Instant {
        // The plus of an offset that was not percent-encoded arrives as a space.
        switch TimeText(text) ?? TimeText(String(text.map { $0 == " " ? "+" : $0 })) {
        case .instant(let instant): return instant
        case .wallClock(let reading): return zone.instant(wallClock: reading)
        case .date(let date), .month(let date): return zone.start(of: date)
        case nil:
            throw QuestionError(
                name, "\"\(text)\" is no time; write 2026-06, 2026-06-01 or 2026-06-01T12:00:00Z")
        }
    }

    /// The dimensions a text names, behind those named before.
    private static func dimensions(
        _ text: String, after named: [ReportDimension]
    ) throws(QuestionError) -> [ReportDimension] {
        var dimensions = named
        for name in text.split(separator: ",") {
            guard let dimension = ReportDimension(name: String(name)) else {
                throw QuestionError(
                    "group_by", "\"\(name)\" cannot be grouped by; write some of \(ReportDimension.nameList)")
            }
            if dimensions.contains(dimension) { throw QuestionError("group_by", "\"\(name)\" is named twice") }
            dimensions.append(dimension)
        }
        return dimensions
    }

    private static func filterValue(_ value: String, of dimension: ReportDimension) -> String? {
        if dimension == .project, value == Attribution.unattributed { return nil }
        return NameText.composed(value)
    }

    private static func unknown(_ name: String, grouping: Bool) -> QuestionError {
        let fixed = ["from", "to", "time_zone"] + (grouping ? ["group_by", "interval"] : []) + ["limit", "cursor"]
        return QuestionError(
            name,
            "unknown parameter; known are \(fixed.joined(separator: ", ")) and the filters \(ReportDimension.nameList)")
    }
}
