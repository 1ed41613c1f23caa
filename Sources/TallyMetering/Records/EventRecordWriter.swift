package import FastJSON
package import TallyCore

/// Writes events as the JSON records that ``EventRecordDecoder`` reads.
package enum EventRecordWriter {
    /// What is written of a field that is not known.
    package enum Unknown: Sendable {
        /// `null`, so that all records have the same members.
        case null
        /// Nothing, so that records are short.
        case leftOut
    }

    /// The record of an event, as a line without its end.
    ///
    /// Reading it gives the same event with the same identity, as long as the event obeys the limits of records: texts
    /// as ``RecordText`` makes them, biller and provider in their one spelling, and no count, time or cost past its
    /// maximum.
    package static func record(of event: UsageEvent) -> [UInt8] {
        var writer = JSONWriter(capacity: usualBytes)
        writer.beginObject()
        append(event, unknown: .leftOut, to: &writer)
        writer.member("reported_cost", event.reportedCost?.description, .leftOut)
        writer.member("billed_cost", event.billedCost?.description, .leftOut)
        writer.endObject()
        return writer.bytes
    }

    private static let usualBytes = 768

    /// Writes what an event says, its costs aside, as members of an object that is open.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - unknown: What is written of a field that is not known; the usage is always stated.
    ///   - writer: Where to.
    package static func append(_ event: UsageEvent, unknown: Unknown, to writer: inout JSONWriter) {
        let offering = event.offering
        let attribution = event.attribution
        writer.member("event_id", event.identity.description)
        writer.member("id", event.id, unknown)
        writer.member("time", event.time.description)
        writer.member("biller", offering.biller, unknown)
        writer.member("provider", offering.provider, unknown)
        writer.member("model", offering.model, unknown)
        writer.member("route", offering.route?.rawValue, unknown)
        writer.member("account", offering.account, unknown)
        let unattributed = unknown == .null ? Attribution.unattributed : nil
        writer.member("project", attribution.project ?? unattributed, unknown)
        writer.member("user", attribution.user, unknown)
        writer.member("key", attribution.key, unknown)
        append(attribution.tags, unknown: unknown, to: &writer)
        append(event.usage, to: &writer)
        writer.member("status", event.status, unknown)
        writer.member("duration_ms", event.durationMs, unknown)
        writer.member("ttfb_ms", event.ttfbMs, unknown)
        writer.member("service_tier", offering.serviceTier, unknown)
        writer.member("request_id", event.requestID, unknown)
        writer.member("stream", event.isStream, unknown)
        writer.member("outcome", event.outcome.rawValue)
        append(event.details, unknown: unknown, to: &writer)
    }

    private static func append(_ tags: [String: String]?, unknown: Unknown, to writer: inout JSONWriter) {
        if tags == nil, unknown == .leftOut { return }
        writer.key("tags")
        writer.beginObject()
        for (key, value) in (tags ?? [:]).sorted(by: { $0.key < $1.key }) { writer.member(key, value) }
        writer.endObject()
    }

    private static func append(_ usage: UsageBuckets?, to writer: inout JSONWriter) {
        writer.key("usage")
        guard let usage else {
            writer.null()
            return
        }
        writer.beginObject()
        for (usageClass, quantity) in usage.entries {
            writer.key(usageClass.name)
            writer.numberText(UsageBuckets.text(Int128(quantity), of: usageClass))
        }
        writer.endObject()
    }

    private static func append(_ known: CallDetails?, unknown: Unknown, to writer: inout JSONWriter) {
        if known == nil, unknown == .leftOut { return }
        let details = known ?? CallDetails()
        for field in DetailField.allCases {
            switch field {
            case .upstream: writer.member(field.name, details.upstream, unknown)
            case .requestedModel: writer.member(field.name, details.requestedModel, unknown)
            case .requestBytes: writer.member(field.name, details.requestBytes, unknown)
            case .responseBytes: writer.member(field.name, details.responseBytes, unknown)
            case .errorType: writer.member(field.name, details.errorType?.rawValue, unknown)
            case .estimatedTimeMs: writer.member(field.name, details.estimatedTimeMs, unknown)
            case .retryAfterMs: writer.member(field.name, details.retryAfterMs, unknown)
            case .rateLimitRemaining: writer.member(field.name, details.rateLimitRemaining, unknown)
            case .rateLimitResetMs: writer.member(field.name, details.rateLimitResetMs, unknown)
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: String, _ value: String?, _ unknown: EventRecordWriter.Unknown) {
        if value != nil || unknown == .null { member(name, value) }
    }

    fileprivate mutating func member(_ name: String, _ value: Int?, _ unknown: EventRecordWriter.Unknown) {
        if value != nil || unknown == .null { member(name, value) }
    }

    fileprivate mutating func member(_ name: String, _ value: Bool?, _ unknown: EventRecordWriter.Unknown) {
        if value != nil || unknown == .null { member(name, value) }
    }
}
