package import TallyCore

/// The opaque marks that page through lists.
///
/// A mark holds the place it leads to and a check of the question it belongs to, so that it cannot be used with another
/// one.
package enum Cursor {
    /// The mark of a place in a report's rows.
    package static func mark(offset: Int, of query: ReportQuery) -> String {
        "r\(offset)-\(check(query))"
    }

    /// The place of a report's mark.
    package static func offset(_ cursor: String, of query: ReportQuery) throws(QuestionError) -> Int {
        let parts = cursor.dropFirst().split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard cursor.hasPrefix("r"), parts.count == 2, let offset = Int(parts[0]), offset >= 0,
            parts[1] == check(query)
        else { throw invalid }
        return offset
    }

    /// The mark of a place in the list of events.
    package static func mark(_ position: EventPosition, of query: ReportQuery) -> String {
        "e\(position.time.microseconds)-\(check(query))-\(position.identity)"
    }

    /// The place of a mark in the list of events.
    package static func position(_ cursor: String, of query: ReportQuery) throws(QuestionError) -> EventPosition {
        let parts = cursor.dropFirst().split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
        guard cursor.hasPrefix("e"), parts.count == 3, let time = Int64(parts[0]), time >= query.from.microseconds,
            time < query.to.microseconds, parts[1] == check(query), let identity = EventIdentity(text: parts[2])
        else { throw invalid }
        return EventPosition(time: Instant(microseconds: time), identity: identity)
    }

    private static let invalid = QuestionError(
        "cursor", "not a cursor of this question; take next_cursor from an answer and leave the rest as it was")

    /// A check of everything that decides which rows there are and in which order.
    private static func check(_ query: ReportQuery) -> String {
        var record = IdentityRecord()
        record.reset("cursor")
        record.append(query.from.microseconds)
        record.append(query.to.microseconds)
        record.append(query.zone.name)
        record.append(query.interval?.rawValue)
        for dimension in query.groupBy { record.append(dimension.name) }
        for filter in query.filters {
            record.append(filter.dimension.name)
            for value in filter.values { record.append(value) }
        }
        return String(EventIdentity(hashing: record).high, radix: 36)
    }
}

extension EventPosition {
    /// The place of an event in the list of events.
    package init(_ stored: StoredEvent) {
        self.init(time: stored.event.time, identity: stored.event.identity)
    }
}
