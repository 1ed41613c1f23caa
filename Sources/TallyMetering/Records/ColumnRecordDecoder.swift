package import TallyCore

/// Reads the records of a table: a header, and columns that fill the fields of an event.
package struct ColumnRecordDecoder: ~Copyable {
    private let zone: ReportZone
    private let positions: [(field: FieldMap.Field, column: Int, name: String)]
    private var builder: DraftBuilder

    /// A decoder of the records under a header.
    ///
    /// - Throws: ``RecordFailure`` when the header lacks a column that is mapped or needed.
    package init(header: [String], map: FieldMap, defaults: RecordDefaults) throws(RecordFailure) {
        positions = try map.positions(in: header).map { ($0.field, $0.column, RecordFailure.shown($0.name)) }
        zone = defaults.zone
        builder = DraftBuilder(defaults: defaults)
    }

    /// Reads one record.
    ///
    /// An empty cell says nothing.
    ///
    /// - Parameters:
    ///   - event: Becomes the record's event, its identity aside; it may be any event.
    ///   - cell: The text of a column of the record.
    /// - Returns: What the identity is made from.
    /// - Throws: ``RecordFailure``, which names the column and the mend.
    package mutating func decode(
        into event: inout UsageEvent, _ cell: (Int) -> String
    ) throws(RecordFailure) -> IdentityHint {
        var parts = EventParts()
        var hasTime = false
        var statesOutcome = false
        for (field, column, name) in positions {
            let text = cell(column)
            if text.isEmpty { continue }
            switch field {
            case .time:
                parts.event.time = try FieldReader.time(text, zone: zone, field: name)
                hasTime = true
            case .usage(let usageClass):
                var usage = parts.event.usage ?? UsageBuckets()
                usage[usageClass] = try FieldReader.quantity(text, of: usageClass, field: name)
                parts.event.usage = usage
            case .eventID:
                guard let read = EventIdentity(text: text) else {
                    throw RecordFailure("\(name) is \(RecordFailure.quoted(text)); write 32 hexadecimal digits")
                }
                parts.eventID = read
            case .status:
                parts.event.status = try FieldReader.status(text, field: name)
                if parts.event.status == nil, !statesOutcome { parts.event.outcome = .failed }
            case .outcome:
                parts.event.outcome = try FieldReader.outcome(text, field: name)
                statesOutcome = true
            default:
                try Self.read(field, text, name, into: &parts)
            }
        }
        if !hasTime { throw RecordFailure("the time is empty; every record needs one") }
        if let usage = parts.event.usage { try FieldReader.check(usage) }
        if !statesOutcome, let status = parts.event.status, status >= 400 { parts.event.outcome = .failed }
        event = parts.event
        return builder.complete(&event, seller: parts.seller, charged: parts.charged, eventID: parts.eventID)
    }

    private static func read(
        _ field: FieldMap.Field, _ text: String, _ name: String, into parts: inout EventParts
    ) throws(RecordFailure) {
        switch field {
        case .id: parts.event.id = try FieldReader.text(text, field: name)
        case .biller: parts.seller.biller = try FieldReader.text(text, field: name)
        case .provider: parts.seller.provider = try FieldReader.text(text, field: name)
        case .model: parts.seller.model = try FieldReader.text(text, field: name)
        case .route: parts.seller.route = try FieldReader.route(text, field: name)
        case .account: parts.seller.account = try FieldReader.text(text, field: name)
        case .serviceTier: parts.seller.serviceTier = try FieldReader.text(text, field: name)
        case .project:
            let project = try FieldReader.text(text, field: name)
            parts.charged.project = project == Attribution.unattributed ? nil : project
        case .user: parts.charged.user = try FieldReader.text(text, field: name)
        case .key: parts.charged.key = try FieldReader.text(text, field: name)
        case .requestID: parts.event.requestID = try FieldReader.text(text, field: name)
        case .durationMs: parts.event.durationMs = try FieldReader.integer(text, in: FieldReader.durations, field: name)
        case .ttfbMs: parts.event.ttfbMs = try FieldReader.integer(text, in: FieldReader.durations, field: name)
        case .stream:
            switch text.lowercased() {
            case "true", "t", "1", "yes": parts.event.isStream = true
            case "false", "f", "0", "no": parts.event.isStream = false
            default: throw RecordFailure("\(name) is \(RecordFailure.quoted(text)); write true or false")
            }
        case .reportedCost: parts.event.reportedCost = try FieldReader.money(text, field: name)
        case .billedCost: parts.event.billedCost = try FieldReader.money(text, field: name)
        case .tag(let key):
            parts.charged.tags = (parts.charged.tags ?? [:]).merging(
                [key: try FieldReader.text(text, field: name) ?? ""]) { $1 }
        case .time, .eventID, .status, .outcome, .usage: break
        }
    }
}
