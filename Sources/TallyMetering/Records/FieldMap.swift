internal import TallyCore

/// Which column or member of a log each field of an event is read from: `time=TIMESTAMP,input=ContextTokens,tag:team=Team`,
/// `time=/at,input=/response/usage/prompt_tokens`.
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
            } else if let usageClass = UsageClass(name: name.hasPrefix("usage.") ? String(name.dropFirst(6)) : name) {
                self = .usage(usageClass)
            } else if name.hasPrefix("tag:"), name.utf8.count > 4 {
                self = .tag(String(name.dropFirst(4)))
            } else {
                return nil
            }
        }
    }

    let columns: [Field: String]
    /// The columns as places in JSON records.
    let paths: [(field: Field, path: MemberPath)]

    /// No column is mapped; columns that have the name of a field fill it.
    package init() {
        columns = [:]
        paths = []
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
                    "there is no field \(RecordFailure.quoted(name: name)); \(NearestName.mend(for: name, among: known))"
                )
            }
            if columns.updateValue(sides[1].trimmed, forKey: field) != nil {
                throw RecordFailure("\(RecordFailure.quoted(name: name)) is mapped twice; keep one")
            }
        }
        self.columns = columns
        var paths: [(field: Field, path: MemberPath)] = []
        for (field, column) in columns.sorted(by: { $0.value < $1.value }) {
            paths.append((field, try MemberPath(column)))
        }
        self.paths = paths
    }

    /// Whether two maps say the same.
    package static func == (left: FieldMap, right: FieldMap) -> Bool { left.columns == right.columns }

    /// Whether nothing is mapped.
    package var isEmpty: Bool { columns.isEmpty }

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

    /// The most names listed in a reason.
    static let maximumListed = 12

    /// Names of columns or members, as a reason lists them.
    static func list(_ names: [String]) -> String {
        names.prefix(maximumListed).map { RecordFailure.quoted(name: $0) }.joined(separator: ", ")
            + (names.count > maximumListed ? ", …" : "")
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
