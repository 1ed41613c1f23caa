internal import TallyCore

/// Which column of a log each field of an event is read from: `time=TIMESTAMP,input=ContextTokens,tag:team=Team`.
package struct FieldMap: Sendable, Equatable {
    /// A field of an event that a column can fill.
    enum Field: Hashable {
        case time, id, eventID, biller, provider, model, route, account, serviceTier, project, user, key, requestID
        case status, durationMs, ttfbMs, stream, outcome, reportedCost, billedCost
        case usage(UsageClass)
        case tag(String)

        static let named: [(name: String, field: Field)] = [
            ("time", .time), ("id", .id), ("event_id", .eventID), ("biller", .biller), ("provider", .provider),
            ("model", .model), ("route", .route), ("account", .account), ("service_tier", .serviceTier),
            ("project", .project), ("user", .user), ("key", .key), ("request_id", .requestID), ("status", .status),
            ("duration_ms", .durationMs), ("ttfb_ms", .ttfbMs), ("stream", .stream), ("outcome", .outcome),
            ("reported_cost", .reportedCost), ("billed_cost", .billedCost),
        ]

        init?(name: String) {
            if let match = Self.named.first(where: { $0.name == name }) {
                self = match.field
            } else if let usageClass = UsageClass(name: name) {
                self = .usage(usageClass)
            } else if name.hasPrefix("tag:"), name.utf8.count > 4 {
                self = .tag(String(name.dropFirst(4)))
            } else {
                return nil
            }
        }
    }

    let columns: [Field: String]

    /// No column is mapped; columns that have the name of a field fill it.
    package init() {
        columns = [:]
    }

    /// Reads `field=column,…`.
    ///
    /// - Throws: ``RecordFailure`` for a field there is not, one mapped twice, or a part without `=`.
    package init(parsing text: String) throws(RecordFailure) {
        var columns: [Field: String] = [:]
        for part in text.split(separator: ",", omittingEmptySubsequences: true) {
            let sides = part.split(separator: "=", maxSplits: 1)
            guard sides.count == 2 else {
                throw RecordFailure("\(RecordFailure.quoted(name: String(part))) has no column; write field=column")
            }
            let name = sides[0].trimmed
            guard let field = Field(name: name) else {
                let known = Field.named.map(\.name) + UsageClass.names + ["tag:KEY"]
                throw RecordFailure(
                    "there is no field \(RecordFailure.quoted(name: name)); known are \(known.joined(separator: ", "))")
            }
            if columns.updateValue(sides[1].trimmed, forKey: field) != nil {
                throw RecordFailure("\(RecordFailure.quoted(name: name)) is mapped twice; keep one")
            }
        }
        self.columns = columns
    }

    /// The place of each field's column in a header: mapped ones by their mapping, the others by their own name.
    ///
    /// - Throws: ``RecordFailure`` when a mapped column is missing, or nothing gives the time or any usage.
    func positions(in header: [String]) throws(RecordFailure) -> [(field: Field, column: Int, name: String)] {
        var positions: [(field: Field, column: Int, name: String)] = []
        for (field, column) in columns {
            guard let index = header.firstIndex(of: column) else {
                throw RecordFailure(
                    "the header has no column \(RecordFailure.quoted(name: column)); it has \(Self.list(header))")
            }
            positions.append((field, index, column))
        }
        for (index, name) in header.enumerated() {
            guard let field = Field(name: name), columns[field] == nil,
                !positions.contains(where: { $0.column == index })
            else { continue }
            positions.append((field, index, name))
        }
        if !positions.contains(where: { $0.field == .time }) {
            throw RecordFailure("no column gives the time; add --map time=COLUMN (the header has \(Self.list(header)))")
        }
        let hasUsage = positions.contains {
            if case .usage = $0.field { true } else { false }
        }
        if !hasUsage {
            throw RecordFailure(
                "no column gives a quantity; add --map input=COLUMN (the header has \(Self.list(header)))")
        }
        return positions.sorted { $0.column < $1.column }
    }

    private static func list(_ header: [String]) -> String {
        header.prefix(12).map { RecordFailure.quoted(name: $0) }.joined(separator: ", ")
            + (header.count > 12 ? ", …" : "")
    }
}

extension Substring {
    fileprivate var trimmed: String {
        var slice = self
        while slice.first == " " { slice.removeFirst() }
        while slice.last == " " { slice.removeLast() }
        return String(slice)
    }
}
