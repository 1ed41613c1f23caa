internal import TallyCore

/// What the fields of one record say, as they are read one by one from columns or members of any name.
struct MappedFields {
    /// The event so far.
    private(set) var parts = EventParts()
    private var hasTime = false
    private var statesOutcome = false
    private let zone: ReportZone

    /// A record of which nothing was read yet.
    init(zone: ReportZone) {
        self.zone = zone
    }

    /// Reads a field; empty text says nothing.
    ///
    /// - Parameters:
    ///   - field: The field.
    ///   - text: What its column or member holds.
    ///   - name: What a failure calls that.
    /// - Throws: ``RecordFailure``, which names the column or member and the mend.
    mutating func read(_ field: FieldMap.Field, _ text: String, _ name: String) throws(RecordFailure) {
        if text.isEmpty { return }
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
        case .id: parts.event.id = try FieldReader.text(text, field: name)
        case .requestID: parts.event.requestID = try FieldReader.text(text, field: name)
        case .durationMs: parts.event.durationMs = try FieldReader.integer(text, in: FieldReader.durations, field: name)
        case .ttfbMs: parts.event.ttfbMs = try FieldReader.integer(text, in: FieldReader.durations, field: name)
        case .stream: parts.event.isStream = try Self.bool(text, name)
        case .reportedCost: parts.event.reportedCost = try FieldReader.money(text, field: name)
        case .billedCost: parts.event.billedCost = try FieldReader.money(text, field: name)
        default: try readNames(field, text, name)
        }
    }

    private mutating func readNames(_ field: FieldMap.Field, _ text: String, _ name: String) throws(RecordFailure) {
        switch field {
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
        case .tag(let key):
            parts.charged.tags = (parts.charged.tags ?? [:]).merging(
                [key: try FieldReader.text(text, field: name) ?? ""]) { $1 }
        default: break
        }
    }

    private static func bool(_ text: String, _ name: String) throws(RecordFailure) -> Bool {
        switch text.lowercased() {
        case "true", "t", "1", "yes": return true
        case "false", "f", "0", "no": return false
        default: throw RecordFailure("\(name) is \(RecordFailure.quoted(text)); write true or false")
        }
    }

    /// Completes the event, its identity aside.
    ///
    /// - Returns: What the identity is made from.
    /// - Throws: ``RecordFailure`` when there is no time, or the quantities contradict each other.
    consuming func complete(
        _ event: inout UsageEvent, by builder: inout DraftBuilder
    ) throws(RecordFailure) -> IdentityHint {
        if !hasTime { throw RecordFailure("the time is empty; every record needs one") }
        if let usage = parts.event.usage { try FieldReader.check(usage) }
        if !statesOutcome, let status = parts.event.status, status >= 400 { parts.event.outcome = .failed }
        event = parts.event
        return builder.complete(&event, seller: parts.seller, charged: parts.charged, eventID: parts.eventID)
    }
}
