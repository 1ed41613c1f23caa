internal import TallyCore

/// Reads the records of a table: a header, and columns that fill the fields of an event.
package struct ColumnRecordDecoder: ~Copyable {
    private let defaults: RecordDefaults
    private let positions: [(field: FieldMap.Field, column: Int, name: String)]
    private var record = IdentityRecord()

    /// A decoder of the records under a header.
    ///
    /// - Throws: ``RecordFailure`` when the header lacks a column that is mapped or needed.
    package init(header: [String], map: FieldMap, defaults: RecordDefaults) throws(RecordFailure) {
        positions = try map.positions(in: header)
        self.defaults = defaults
    }

    /// The event of one record. An empty cell says nothing.
    ///
    /// - Parameter cell: The text of a column of the record.
    /// - Throws: ``RecordFailure``, which names the column and the mend.
    package mutating func decode(_ cell: (Int) -> String) throws(RecordFailure) -> EventDraft {
        var event = UsageEvent(identity: EventIdentity(high: 0, low: 0), time: .earliestEvent)
        var eventID: EventIdentity?
        var hasTime = false
        var statesOutcome = false
        for (field, column, name) in positions {
            let text = cell(column)
            if text.isEmpty { continue }
            switch field {
            case .time:
                event.time = try FieldReader.time(text, zone: defaults.zone, field: name)
                hasTime = true
            case .usage(let usageClass):
                var usage = event.usage ?? UsageBuckets()
                usage[usageClass] = try FieldReader.quantity(text, of: usageClass, field: name)
                event.usage = usage
            case .eventID:
                guard let read = EventIdentity(text: text) else {
                    throw RecordFailure("\(name) is \(RecordFailure.quoted(text)); write 32 hexadecimal digits")
                }
                eventID = read
            case .outcome:
                event.outcome = try FieldReader.outcome(text, field: name)
                statesOutcome = true
            default:
                try Self.read(field, text, name, into: &event)
            }
        }
        if !hasTime { throw RecordFailure("the time is empty; every record needs one") }
        if let usage = event.usage { try FieldReader.check(usage) }
        if !statesOutcome, let status = event.status, status >= 400 { event.outcome = .failed }
        return EventDraft(completing: event, eventID: eventID, defaults: defaults, record: &record)
    }

    private static func read(
        _ field: FieldMap.Field, _ text: String, _ name: String, into event: inout UsageEvent
    ) throws(RecordFailure) {
        switch field {
        case .id: event.id = try FieldReader.text(text, field: name)
        case .biller: event.offering.biller = try FieldReader.text(text, field: name)
        case .provider: event.offering.provider = try FieldReader.text(text, field: name)
        case .model: event.offering.model = try FieldReader.text(text, field: name)
        case .route: event.offering.route = try FieldReader.route(text, field: name)
        case .account: event.offering.account = try FieldReader.text(text, field: name)
        case .serviceTier: event.offering.serviceTier = try FieldReader.text(text, field: name)
        case .project:
            let project = try FieldReader.text(text, field: name)
            event.attribution.project = project == Attribution.unattributed ? nil : project
        case .user: event.attribution.user = try FieldReader.text(text, field: name)
        case .key: event.attribution.key = try FieldReader.text(text, field: name)
        case .requestID: event.requestID = try FieldReader.text(text, field: name)
        case .status: event.status = try FieldReader.integer(text, in: FieldReader.statuses, field: name)
        case .durationMs: event.durationMs = try FieldReader.integer(text, in: FieldReader.durations, field: name)
        case .ttfbMs: event.ttfbMs = try FieldReader.integer(text, in: FieldReader.durations, field: name)
        case .stream:
            switch text.lowercased() {
            case "true", "t", "1", "yes": event.isStream = true
            case "false", "f", "0", "no": event.isStream = false
            default: throw RecordFailure("\(name) is \(RecordFailure.quoted(text)); write true or false")
            }
        case .reportedCost: event.reportedCost = try FieldReader.money(text, field: name)
        case .billedCost: event.billedCost = try FieldReader.money(text, field: name)
        case .tag(let key): event.attribution.tags = (event.attribution.tags ?? [:]).merging(
            [key: try FieldReader.text(text, field: name) ?? ""]) { $1 }
        case .time, .eventID, .outcome, .usage: break
        }
    }
}
