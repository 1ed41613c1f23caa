package import FastJSON
package import TallyCore

/// Reads the JSON records of a log: Tally's own events, and `{timestamp, request, response}` records as clients of
/// OpenAI-shaped APIs write them.
///
/// Both are one shape: what a record states itself comes before what its request and response say. Fields that it does
/// not know are passed over.
package struct EventRecordDecoder: ~Copyable {
    private let zone: ReportZone
    private let names = RecordNames()
    private var builder: DraftBuilder
    /// What other models used that served a part of the record read last, such as an advisor.
    package private(set) var otherModels: [ResponseUsage.ModelPart] = []

    /// A decoder of records with some defaults.
    package init(defaults: RecordDefaults) {
        self.init(defaults: defaults, capacity: DraftBuilder.defaultCapacity)
    }

    /// A decoder that remembers so many names.
    init(defaults: RecordDefaults, capacity: Int) {
        zone = defaults.zone
        builder = DraftBuilder(defaults: defaults, capacity: capacity)
    }

    /// Reads one record.
    ///
    /// - Parameters:
    ///   - root: The record.
    ///   - event: Becomes the record's event, its identity aside; it must be a new one.
    ///   - envelope: What the record was sent in, if in anything.
    /// - Returns: What the identity is made from.
    /// - Throws: ``RecordFailure``, which names the field and the mend; the event is then of no use.
    package mutating func decode(
        _ root: JSONValue, into event: inout UsageEvent, in envelope: EventEnvelope? = nil
    ) throws(RecordFailure) -> IdentityHint {
        guard root.kind == .object else { throw RecordFailure("the line is not a JSON object; write one event a line") }
        builder.begin()
        if !otherModels.isEmpty { otherModels = [] }
        var fields = Fields()
        for (name, value) in root.members {
            try fields.read(name, value, names, zone: zone, into: &event, builder: &builder)
        }
        if let envelope {
            if event.id == nil, fields.eventID == nil { event.id = envelope.id }
            if !fields.statesTime, let time = envelope.time {
                event.time = time
                fields.statesTime = true
            }
        }
        guard fields.statesTime else {
            throw RecordFailure("time is missing; add \"time\": \"2026-06-01T12:00:00Z\"")
        }
        if !fields.statesUsage {
            throw RecordFailure(
                "usage is missing; add \"usage\": {…} or \"response\": {…}, or \"usage\": null if unknown")
        }
        if fields.request != nil || fields.response != nil { return try decodeBodies(fields, into: &event) }
        try Self.finish(&event, statesOutcome: fields.statesOutcome)
        return builder.complete(&event, seller: fields.seller, charged: fields.charged, eventID: fields.eventID)
    }

    /// Adds what the request and the response say.
    private mutating func decodeBodies(
        _ fields: Fields, into event: inout UsageEvent
    ) throws(RecordFailure) -> IdentityHint {
        var parts = EventParts(
            event: event, seller: builder.named(fields.seller), charged: builder.named(fields.charged))
        if let response = fields.response {
            let stated = parts.event.outcome
            try ResponseReader.read(response, into: &parts)
            if fields.statesOutcome { parts.event.outcome = stated }
        }
        if let request = fields.request { try RequestReader.read(request, into: &parts, interner: &builder.names) }
        event = parts.event
        try Self.finish(&event, statesOutcome: fields.statesOutcome)
        otherModels = parts.otherModels
        return builder.complete(&event, seller: parts.seller, charged: parts.charged, eventID: fields.eventID)
    }

    /// Checks the usage, and lets the outcome follow from the status where it is not stated.
    private static func finish(_ event: inout UsageEvent, statesOutcome: Bool) throws(RecordFailure) {
        if let usage = event.usage { try FieldReader.check(usage) }
        if !statesOutcome, let status = event.status, status >= 400 { event.outcome = .failed }
    }
}

/// The names a record may use.
private struct RecordNames: ~Copyable {
    let fields = ShortNames(Field.allCases.map(\.name))
    let details = DetailField.Names()
    let usage = UsageField()
    let routes = ShortNames(Route.allCases.map(\.rawValue))
}

/// The members of a record, by their names.
private enum Field: Int, CaseIterable {
    case id, eventID, requestID
    case time, timestamp, usage, response, request
    case biller, provider, model, route, account, serviceTier
    case project, user, key, tags
    case status, durationMs, ttfbMs, stream, outcome, reportedCost, billedCost

    var name: String {
        switch self {
        case .eventID: "event_id"
        case .requestID: "request_id"
        case .serviceTier: "service_tier"
        case .durationMs: "duration_ms"
        case .ttfbMs: "ttfb_ms"
        case .reportedCost: "reported_cost"
        case .billedCost: "billed_cost"
        default: "\(self)"
        }
    }

    /// The field of a name, `nil` when there is none.
    @inline(__always)
    init?(_ text: JSONText, _ names: borrowing RecordNames) {
        guard let place = names.fields.place(of: text) else { return nil }
        self.init(rawValue: place)
    }
}

/// What of a record is no part of its event, or is found out on the way.
private struct Fields {
    var seller = EventParts.SellerIDs()
    var charged = EventParts.ChargedIDs()
    var eventID: EventIdentity?
    var statesTime = false
    var statesUsage = false
    var statesOutcome = false
    var request: JSONValue?
    var response: JSONValue?

    mutating func read(
        _ name: JSONText, _ value: JSONValue, _ names: borrowing RecordNames, zone: ReportZone,
        into event: inout UsageEvent, builder: inout DraftBuilder
    ) throws(RecordFailure) {
        guard let field = Field(name, names) else {
            if let detail = names.details.field(of: name) { try detail.read(value, into: &event) }
            return
        }
        if value.isNull {
            if field == .usage || field == .response { statesUsage = true }
            return
        }
        switch field {
        case .time, .timestamp:
            if let text = value.text {
                event.time = try FieldReader.time(text, zone: zone, field: name.string)
            } else {
                event.time = try FieldReader.time(FieldReader.scalar(value), zone: zone, field: name.string)
            }
            statesTime = true
        case .usage:
            statesUsage = true
            event.usage = try names.usage.read(value)
        case .response:
            statesUsage = true
            response = try ResponseReader.checked(value)
        case .request: request = try FieldReader.object(value, field: name.string)
        case .id: event.id = try FieldReader.text(value, field: name.string)
        case .eventID:
            let said = FieldReader.scalar(value)
            guard let read = EventIdentity(text: said) else {
                throw RecordFailure(
                    "event_id is \(RecordFailure.quoted(said)); write the 32 hexadecimal digits of an export")
            }
            eventID = read
        case .requestID: event.requestID = try FieldReader.text(value, field: name.string)
        case .biller: seller.biller = try Self.name(value, name, &builder)
        case .provider: seller.provider = try Self.name(value, name, &builder)
        case .model: seller.model = try Self.name(value, name, &builder)
        case .route:
            if let text = value.text, let route = Route(text, names) {
                seller.route = route
            } else {
                seller.route = try FieldReader.route(FieldReader.scalar(value), field: "route")
            }
        case .account: seller.account = try Self.name(value, name, &builder)
        case .serviceTier: seller.serviceTier = try Self.name(value, name, &builder)
        case .project:
            let isNone = value.text.map { $0 == Attribution.unattributed } ?? false
            charged.project = isNone ? .none : try Self.name(value, name, &builder)
        case .user: charged.user = try Self.name(value, name, &builder)
        case .key: charged.key = try Self.name(value, name, &builder)
        case .tags: charged.tags = try builder.tags.id(of: value, field: "tags")
        case .status, .durationMs, .ttfbMs, .stream, .outcome, .reportedCost, .billedCost:
            try readMeasure(field, name, value, into: &event)
        }
    }

    private mutating func readMeasure(
        _ field: Field, _ name: JSONText, _ value: JSONValue, into event: inout UsageEvent
    ) throws(RecordFailure) {
        switch field {
        case .status:
            if case .integer(let read)? = value.integer, FieldReader.statuses.contains(Int(read)) {
                event.status = Int(read)
            } else {
                event.status = try FieldReader.status(FieldReader.scalar(value), field: "status")
            }
            if event.status == nil, !statesOutcome { event.outcome = .failed }
        case .durationMs:
            event.durationMs = try FieldReader.integer(value, in: FieldReader.durations, field: name.string)
        case .ttfbMs:
            event.ttfbMs = try FieldReader.integer(value, in: FieldReader.durations, field: name.string)
        case .stream:
            guard let isStream = value.bool else { throw RecordFailure("stream is no boolean; write true or false") }
            event.isStream = isStream
        case .outcome:
            event.outcome = try FieldReader.outcome(FieldReader.scalar(value), field: "outcome")
            statesOutcome = true
        case .reportedCost:
            event.reportedCost = try FieldReader.money(FieldReader.scalar(value), field: "reported_cost")
        case .billedCost:
            event.billedCost = try FieldReader.money(FieldReader.scalar(value), field: "billed_cost")
        default: break
        }
    }

    /// A name, of which logs repeat a few.
    private static func name(
        _ value: JSONValue, _ name: JSONText, _ builder: inout DraftBuilder
    ) throws(RecordFailure) -> NameID {
        try builder.names.id(of: try FieldReader.nameText(value, field: name.string), field: name.string)
    }
}

extension Route {
    /// The route of a name read from a document.
    fileprivate init?(_ text: JSONText, _ names: borrowing RecordNames) {
        guard let place = names.routes.place(of: text) else { return nil }
        self = Self.allCases[place]
    }
}
