package import FastJSON
internal import TallyCore

/// Reads the JSON records of a log: Tally's own events, and `{timestamp, request, response}` records as clients of
/// OpenAI-shaped APIs write them. Both are one shape: what a record states itself comes before what its request and
/// response say. Fields that it does not know are passed over.
package struct EventRecordDecoder: ~Copyable {
    private let defaults: RecordDefaults
    private var interner = StringInterner()
    private var record = IdentityRecord()

    /// A decoder of records with some defaults.
    package init(defaults: RecordDefaults) {
        self.defaults = defaults
    }

    /// The event of one record.
    ///
    /// - Throws: ``RecordFailure``, which names the field and the mend.
    package mutating func decode(_ root: JSONValue) throws(RecordFailure) -> EventDraft {
        guard root.kind == .object else { throw RecordFailure("the line is not a JSON object; write one event a line") }
        var fields = Fields()
        for (name, value) in root.members { try fields.read(name, value, zone: defaults.zone, interner: &interner) }
        guard let time = fields.time else {
            throw RecordFailure("time is missing; add \"time\": \"2026-06-01T12:00:00Z\"")
        }
        if !fields.statesUsage {
            throw RecordFailure("usage is missing; add \"usage\": {…} or \"response\": {…}, or \"usage\": null if unknown")
        }
        var event = fields.event
        event.time = time
        if let response = fields.response {
            try ResponseReader.read(response, into: &event, interner: &interner)
        }
        if let request = fields.request { try RequestReader.read(request, into: &event, interner: &interner) }
        if let usage = event.usage { try FieldReader.check(usage) }
        if !fields.statesOutcome, let status = event.status, status >= 400 { event.outcome = .failed }
        return EventDraft(completing: event, eventID: fields.eventID, defaults: defaults, record: &record)
    }
}

/// The fields of a record as they are come by.
private struct Fields {
    var event = UsageEvent(identity: EventIdentity(high: 0, low: 0), time: .earliestEvent)
    var eventID: EventIdentity?
    var time: Instant?
    var statesUsage = false
    var statesOutcome = false
    var request: JSONValue?
    var response: JSONValue?

    mutating func read(
        _ name: JSONText, _ value: JSONValue, zone: ReportZone, interner: inout StringInterner
    ) throws(RecordFailure) {
        if value.isNull {
            if name == "usage" || name == "response" { statesUsage = true }
            return
        }
        switch name {
        case "time", "timestamp":
            time = try FieldReader.time(scalar(value, name, &interner), zone: zone, field: name.string)
        case "usage":
            statesUsage = true
            event.usage = try Self.usage(value)
        case "response":
            statesUsage = true
            response = try object(value, name)
        case "request": request = try object(value, name)
        case "id": event.id = try text(value, name, &interner)
        case "event_id":
            let said = scalar(value, name, &interner)
            guard let read = EventIdentity(text: said) else {
                throw RecordFailure("event_id is \(RecordFailure.quoted(said)); write the 32 hexadecimal digits of an export")
            }
            eventID = read
        case "biller": event.offering.biller = try text(value, name, &interner)
        case "provider": event.offering.provider = try text(value, name, &interner)
        case "model": event.offering.model = try text(value, name, &interner)
        case "route": event.offering.route = try FieldReader.route(scalar(value, name, &interner), field: "route")
        case "account": event.offering.account = try text(value, name, &interner)
        case "service_tier": event.offering.serviceTier = try text(value, name, &interner)
        case "project":
            let project = try text(value, name, &interner)
            event.attribution.project = project == Attribution.unattributed ? nil : project
        case "user": event.attribution.user = try text(value, name, &interner)
        case "key": event.attribution.key = try text(value, name, &interner)
        case "tags": event.attribution.tags = try TagReader.tags(value, field: "tags")
        case "request_id": event.requestID = try text(value, name, &interner)
        default: try readMeasure(name, value, &interner)
        }
    }

    private mutating func readMeasure(
        _ name: JSONText, _ value: JSONValue, _ interner: inout StringInterner
    ) throws(RecordFailure) {
        switch name {
        case "status": event.status = try integer(value, name, FieldReader.statuses, &interner)
        case "duration_ms": event.durationMs = try integer(value, name, FieldReader.durations, &interner)
        case "ttfb_ms": event.ttfbMs = try integer(value, name, FieldReader.durations, &interner)
        case "stream":
            guard let isStream = value.bool else { throw RecordFailure("stream is no boolean; write true or false") }
            event.isStream = isStream
        case "outcome":
            event.outcome = try FieldReader.outcome(scalar(value, name, &interner), field: "outcome")
            statesOutcome = true
        case "reported_cost":
            event.reportedCost = try FieldReader.money(scalar(value, name, &interner), field: "reported_cost")
        case "billed_cost":
            event.billedCost = try FieldReader.money(scalar(value, name, &interner), field: "billed_cost")
        default: break
        }
    }

    /// `{"input": 1000, …}` in Tally's own classes.
    private static func usage(_ value: JSONValue) throws(RecordFailure) -> UsageBuckets {
        guard value.kind == .object else {
            throw RecordFailure("usage is not an object; write {\"input\": 1000, \"output\": 20} or null")
        }
        var usage = UsageBuckets()
        for (name, count) in value.members {
            guard let usageClass = UsageClass(text: name) else {
                throw RecordFailure(
                    "usage has the unknown class \(RecordFailure.quoted(name.string)); known are "
                        + UsageClass.names.joined(separator: ", ")
                        + "; a provider's own usage object goes into \"response\": {\"usage\": …}")
            }
            if count.isNull { continue }
            guard let number = count.numberText ?? count.text else {
                throw RecordFailure("usage.\(usageClass.name) is no number; write a number")
            }
            if case .integer(let value)? = count.integer, usageClass.storedPerUnit == 1, value >= 0,
                value <= UsageBuckets.maximumQuantity
            {
                usage[usageClass] = value
            } else {
                usage[usageClass] = try FieldReader.quantity(
                    number.string, of: usageClass, field: "usage.\(usageClass.name)")
            }
        }
        return usage
    }

    private func object(_ value: JSONValue, _ name: JSONText) throws(RecordFailure) -> JSONValue {
        guard value.kind == .object else {
            throw RecordFailure("\(name.string) is not an object; write the body as JSON, or null")
        }
        return value
    }

    private func text(
        _ value: JSONValue, _ name: JSONText, _ interner: inout StringInterner
    ) throws(RecordFailure) -> String? {
        switch value.kind {
        case .string, .number: try FieldReader.text(scalar(value, name, &interner), field: name.string)
        default: throw RecordFailure("\(name.string) is not text; write a string or null")
        }
    }

    private func integer(
        _ value: JSONValue, _ name: JSONText, _ range: ClosedRange<Int>, _ interner: inout StringInterner
    ) throws(RecordFailure) -> Int {
        if case .integer(let read)? = value.integer, range.contains(Int(read)) { return Int(read) }
        return try FieldReader.integer(scalar(value, name, &interner), in: range, field: name.string)
    }

    /// The text of a string or number; a value of another kind gives text that no field accepts.
    private func scalar(_ value: JSONValue, _ name: JSONText, _ interner: inout StringInterner) -> String {
        if let text = value.text { return interner.string(text) }
        if let number = value.numberText { return number.string }
        switch value.kind {
        case .bool: return value.bool == true ? "true" : "false"
        case .array: return "[…]"
        default: return "{…}"
        }
    }
}

extension UsageClass {
    /// The class of a name read from a document.
    init?(text: JSONText) {
        // The common ones by a comparison of bytes; the list of names itself is in one place only.
        if text == "input" {
            self = .input
        } else if text == "output" {
            self = .output
        } else if text == "cache_read" {
            self = .cacheRead
        } else {
            self.init(name: text.string)
        }
    }
}
