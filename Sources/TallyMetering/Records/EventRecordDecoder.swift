package import FastJSON
internal import TallyCore

/// Reads the JSON records of a log: Tally's own events, and `{timestamp, request, response}` records as clients of
/// OpenAI-shaped APIs write them.
///
/// Both are one shape: what a record states itself comes before what its request and response say. Fields that it does
/// not know are passed over.
package struct EventRecordDecoder: ~Copyable {
    private let zone: ReportZone
    private var interner = StringInterner()
    private var builder: DraftBuilder

    /// A decoder of records with some defaults.
    package init(defaults: RecordDefaults) {
        zone = defaults.zone
        builder = DraftBuilder(defaults: defaults)
    }

    /// The event of one record.
    ///
    /// - Throws: ``RecordFailure``, which names the field and the mend.
    package mutating func decode(_ root: JSONValue) throws(RecordFailure) -> EventDraft {
        guard root.kind == .object else { throw RecordFailure("the line is not a JSON object; write one event a line") }
        var fields = Fields()
        for (name, value) in root.members { try fields.read(name, value, zone: zone, interner: &interner) }
        guard let time = fields.time else {
            throw RecordFailure("time is missing; add \"time\": \"2026-06-01T12:00:00Z\"")
        }
        if !fields.statesUsage {
            throw RecordFailure(
                "usage is missing; add \"usage\": {…} or \"response\": {…}, or \"usage\": null if unknown")
        }
        fields.parts.event.time = time
        if let response = fields.response {
            let stated = fields.parts.event.outcome
            try ResponseReader.read(response, into: &fields.parts, interner: &interner)
            if fields.statesOutcome { fields.parts.event.outcome = stated }
        }
        if let request = fields.request { try RequestReader.read(request, into: &fields.parts, interner: &interner) }
        if let usage = fields.parts.event.usage { try FieldReader.check(usage) }
        if !fields.statesOutcome, let status = fields.parts.event.status, status >= 400 {
            fields.parts.event.outcome = .failed
        }
        return builder.draft(of: fields.parts)
    }
}

/// The fields of a record as they are come by.
private struct Fields {
    var parts = EventParts()
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
            if let text = value.text {
                time = try FieldReader.time(text, zone: zone, field: name.string)
            } else {
                time = try FieldReader.time(scalar(value), zone: zone, field: name.string)
            }
        case "usage":
            statesUsage = true
            parts.event.usage = try Self.usage(value)
        case "response":
            statesUsage = true
            response = try object(value, name)
        case "request": request = try object(value, name)
        case "id": parts.event.id = try unique(value, name)
        case "event_id":
            let said = scalar(value)
            guard let read = EventIdentity(text: said) else {
                throw RecordFailure(
                    "event_id is \(RecordFailure.quoted(said)); write the 32 hexadecimal digits of an export")
            }
            parts.eventID = read
        case "biller": parts.seller.biller = try text(value, name, &interner)
        case "provider": parts.seller.provider = try text(value, name, &interner)
        case "model": parts.seller.model = try text(value, name, &interner)
        case "route": parts.seller.route = try FieldReader.route(scalar(value), field: "route")
        case "account": parts.seller.account = try text(value, name, &interner)
        case "service_tier": parts.seller.serviceTier = try text(value, name, &interner)
        case "project":
            let project = try text(value, name, &interner)
            parts.charged.project = project == Attribution.unattributed ? nil : project
        case "user": parts.charged.user = try text(value, name, &interner)
        case "key": parts.charged.key = try text(value, name, &interner)
        case "tags": parts.charged.tags = try TagReader.tags(value, field: "tags")
        case "request_id": parts.event.requestID = try unique(value, name)
        default: try readMeasure(name, value)
        }
    }

    private mutating func readMeasure(
        _ name: JSONText, _ value: JSONValue
    ) throws(RecordFailure) {
        switch name {
        case "status":
            parts.event.status = try FieldReader.status(scalar(value), field: "status")
            if parts.event.status == nil, !statesOutcome { parts.event.outcome = .failed }
        case "duration_ms": parts.event.durationMs = try integer(value, name, FieldReader.durations)
        case "ttfb_ms": parts.event.ttfbMs = try integer(value, name, FieldReader.durations)
        case "stream":
            guard let isStream = value.bool else { throw RecordFailure("stream is no boolean; write true or false") }
            parts.event.isStream = isStream
        case "outcome":
            parts.event.outcome = try FieldReader.outcome(scalar(value), field: "outcome")
            statesOutcome = true
        case "reported_cost":
            parts.event.reportedCost = try FieldReader.money(scalar(value), field: "reported_cost")
        case "billed_cost":
            parts.event.billedCost = try FieldReader.money(scalar(value), field: "billed_cost")
        default: break
        }
    }

    /// `{"input": 1000, …}` in Tally's own classes; an object that states none of them is unknown usage (I6).
    private static func usage(_ value: JSONValue) throws(RecordFailure) -> UsageBuckets? {
        guard value.kind == .object else {
            throw RecordFailure("usage is not an object; write {\"input\": 1000, \"output\": 20} or null")
        }
        var usage = UsageBuckets()
        for (name, count) in value.members {
            guard let usageClass = UsageClass(text: name) else {
                throw unknownClass(name.string)
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
        return usage.isEmpty ? nil : usage
    }

    /// The names of providers' own usage objects, which reasons quote.
    private static let providersCounts: Set<String> = [
        "prompt_tokens", "completion_tokens", "total_tokens", "input_tokens", "output_tokens", "cached_tokens",
        "reasoning_tokens", "prompt_tokens_details", "completion_tokens_details", "input_tokens_details",
        "output_tokens_details", "cache_read_input_tokens", "cache_creation_input_tokens", "cost",
    ]

    private static func unknownClass(_ name: String) -> RecordFailure {
        let what =
            providersCounts.contains(name)
            ? "the unknown class '\(name)'" : "an unknown class, named with \(RecordFailure.quoted(name))"
        return RecordFailure(
            "usage has \(what); known are \(UsageClass.names.joined(separator: ", "))"
                + "; a provider's own usage object goes into \"response\": {\"usage\": …}")
    }

    private func object(_ value: JSONValue, _ name: JSONText) throws(RecordFailure) -> JSONValue {
        guard value.kind == .object else {
            throw RecordFailure("\(name.string) is not an object; write the body as JSON, or null")
        }
        return value
    }

    /// A name, of which logs repeat a few.
    private func text(
        _ value: JSONValue, _ name: JSONText, _ interner: inout StringInterner
    ) throws(RecordFailure) -> String? {
        if let text = value.text { return try interner.name(text, field: name.string) }
        return try unique(value, name)
    }

    /// Text that is another one on every line.
    private func unique(_ value: JSONValue, _ name: JSONText) throws(RecordFailure) -> String? {
        switch value.kind {
        case .string, .number: try FieldReader.text(scalar(value), field: name.string)
        default: throw RecordFailure("\(name.string) is not text; write a string or null")
        }
    }

    private func integer(
        _ value: JSONValue, _ name: JSONText, _ range: ClosedRange<Int>
    ) throws(RecordFailure) -> Int {
        if case .integer(let read)? = value.integer, range.contains(Int(read)) { return Int(read) }
        return try FieldReader.integer(scalar(value), in: range, field: name.string)
    }

    /// The text of a string or number; a value of another kind gives text that no field accepts.
    private func scalar(_ value: JSONValue) -> String {
        if let text = value.text { return text.string }
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
