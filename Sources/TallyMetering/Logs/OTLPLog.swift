internal import FastJSON
internal import TallyCore

/// OTLP JSON: exported requests of spans, one or many of them GenAI calls (OpenTelemetry, `trace.proto` as JSON).
///
/// Integers of 64 bits are strings and times are Unix nanoseconds. A span that cannot be read is no hindrance to its
/// neighbours.
struct OTLPLog: LogReader {
    mutating func read(_ record: JSONValue, at position: Int, into sink: inout LogSink) throws(RecordFailure) {
        guard let resources = record["resourceSpans"], resources.kind == .array else {
            if record["resourceLogs"] == nil, record["resourceMetrics"] == nil {
                throw RecordFailure("resourceSpans is missing; write one export request of spans a line")
            }
            sink.pass(.noInference)
            return
        }
        for resource in resources.elements {
            var common = GenAISpan()
            for attribute in Self.attributes(resource["resource"]) {
                common.readResource(attribute.name, attribute.value)
            }
            guard let scopes = resource.first("scopeSpans", "instrumentationLibrarySpans") else { continue }
            for scope in scopes.elements {
                guard let spans = scope["spans"] else { continue }
                for span in spans.elements {
                    do throws(RecordFailure) {
                        try Self.read(span, of: common, into: &sink)
                    } catch {
                        sink.items.append(.failure(error))
                    }
                }
            }
        }
    }

    private static func read(_ span: JSONValue, of common: GenAISpan, into sink: inout LogSink) throws(RecordFailure) {
        var read = common
        for attribute in attributes(span) { try read.read(attribute.name, attribute.value) }
        guard read.isInference else {
            sink.pass(.noInference)
            return
        }
        let start = try LogField.requiredTime(span["startTimeUnixNano"], "startTimeUnixNano", zone: sink.zone)
        let end = try LogField.time(span["endTimeUnixNano"], "endTimeUnixNano", zone: sink.zone)
        var parts = EventParts()
        parts.event.time = start
        parts.event.durationMs = LogField.milliseconds(from: start, to: end)
        let basis = read.fill(&parts)
        if let code = span["status"]?["code"]?.scalarText, code == "2" || code == "STATUS_CODE_ERROR" {
            parts.event.outcome = .failed
        }
        if let trace = LogField.description(span["traceId"]), let id = LogField.description(span["spanId"]) {
            parts.event.id = "\(trace):\(id)"
        }
        sink.add(parts, seller: basis)
    }

    private static func attributes(_ holder: JSONValue?) -> [(name: String, value: GenAISpan.Value)] {
        guard let list = holder?["attributes"] else { return [] }
        // Contents of a call are attributes too; only the names that count are looked at further.
        return list.elements.compactMap { element in
            guard let key = element["key"]?.text, key.count <= maximumNameBytes, let any = element["value"] else {
                return nil
            }
            return (key.string, value(any))
        }
    }

    /// The longest name of an attribute that is of use, in bytes.
    private static let maximumNameBytes = 64

    private static func value(_ any: JSONValue) -> GenAISpan.Value {
        if let text = any["stringValue"]?.text {
            return text.count <= FieldReader.maximumTextBytes ? .text(text.string) : .other
        }
        if let integer = any["intValue"] {
            if let number = integer.int64 { return .integer(number) }
            return integer.text.flatMap { Int64($0.string) }.map { .integer($0) } ?? .other
        }
        if let number = any["doubleValue"]?.int64 { return .integer(number) }
        return any["boolValue"]?.bool.map { .bool($0) } ?? .other
    }
}
