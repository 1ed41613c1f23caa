internal import TallyCore

/// Makes a call of a span or a log record, if it tells of one.
enum TelemetryCall {
    /// The event that tells of a whole call (OpenTelemetry, GenAI events).
    ///
    /// The events before it (`gen_ai.choice`, `gen_ai.user.message`) hold messages and no counts.
    private static let operationDetails = "gen_ai.client.inference.operation.details"

    /// Reads a record.
    ///
    /// A record that cannot be read is no hindrance to its neighbours.
    ///
    /// - Parameters:
    ///   - record: The record.
    ///   - signal: What it is.
    ///   - resource: What is known from its resource.
    ///   - sink: Takes the call, that it is none, or why it cannot be read.
    static func read(
        _ record: TelemetryRecord, _ signal: TelemetrySignal, of resource: GenAISpan, into sink: inout LogSink
    ) {
        do throws(RecordFailure) {
            var span = resource
            for attribute in record.attributes { try span.read(attribute.name, attribute.value) }
            switch signal {
            case .spans:
                if span.isInference { return try add(span, record, signal, into: &sink) }
                sink.pass(.noInference)
            case .logRecords:
                if span.isInference, span.isCounted || eventName(of: record) == operationDetails {
                    return try add(span, record, signal, into: &sink)
                }
                sink.pass(span.isInference ? .noUsage : .noInference)
            }
        } catch {
            sink.items.append(.failure(error))
        }
    }

    /// The name of an event, which was an attribute before it was a field.
    private static func eventName(of record: TelemetryRecord) -> String? {
        if let name = record.eventName, !name.isEmpty { return name }
        for attribute in record.attributes where attribute.name == "event.name" {
            if case .text(let name) = attribute.value { return name }
        }
        return nil
    }

    private static func add(
        _ span: GenAISpan, _ record: TelemetryRecord, _ signal: TelemetrySignal, into sink: inout LogSink
    ) throws(RecordFailure) {
        let name = signal == .spans ? "startTimeUnixNano" : "timeUnixNano"
        var parts = EventParts()
        guard let start = try time(record.start, name) else {
            throw RecordFailure("\(name) is missing; every record needs its time")
        }
        parts.event.time = start
        parts.event.durationMs = LogField.milliseconds(
            from: start, to: try time(record.end, "endTimeUnixNano"))
        let basis = span.fill(&parts)
        if record.isError || span.isFailed { parts.event.outcome = .failed }
        // The context of a log record may be that of a span around several calls, so that a call is told apart by it
        // only where the provider gave it no id of its own.
        if signal == .spans || parts.event.requestID == nil, let trace = record.traceID, let id = record.spanID {
            parts.event.id = "\(trace):\(id)"
        }
        sink.add(parts, seller: basis)
    }

    private static func time(_ text: String?, _ name: String) throws(RecordFailure) -> Instant? {
        guard let text, !text.isEmpty, text != "0" else { return nil }
        return try FieldReader.time(text, zone: .utc, field: name)
    }
}
