internal import FastJSON
internal import TallyCore

/// The requests of OTLP as JSON: integers of 64 bits are strings, times are Unix nanoseconds.
enum OTLPDocument {
    /// Reads a request.
    ///
    /// - Parameters:
    ///   - root: The request; one without records is fine.
    ///   - signal: What it is a request of.
    ///   - sink: Takes what its records tell.
    /// - Throws: ``RecordFailure`` when something stands where nothing of its kind may stand.
    static func read(
        _ root: JSONValue, _ signal: TelemetrySignal, into sink: inout LogSink
    ) throws(RecordFailure) {
        for resource in try list(root, signal.resources) {
            var common = GenAISpan()
            for attribute in try attributes(resource["resource"]) {
                common.readResource(attribute.name, attribute.value)
            }
            for name in signal.scopes {
                for scope in try list(resource, name) {
                    for record in try list(scope, signal.records) {
                        TelemetryCall.read(try Self.record(record, signal), signal, of: common, into: &sink)
                    }
                }
            }
        }
    }

    private static func record(
        _ value: JSONValue, _ signal: TelemetrySignal
    ) throws(RecordFailure) -> TelemetryRecord {
        var record = TelemetryRecord()
        record.attributes = try attributes(value)
        record.traceID = LogField.description(value["traceId"])?.lowercased()
        record.spanID = LogField.description(value["spanId"])?.lowercased()
        switch signal {
        case .spans:
            record.start = value["startTimeUnixNano"]?.scalarText
            record.end = value["endTimeUnixNano"]?.scalarText
            let code = value["status"]?["code"]?.scalarText
            record.isError = code == "2" || code == "STATUS_CODE_ERROR"
        case .logRecords:
            let time = value["timeUnixNano"]?.scalarText
            record.start = time == nil || time == "0" ? value["observedTimeUnixNano"]?.scalarText : time
            record.eventName = LogField.description(value["eventName"])
        }
        return record
    }

    /// The objects of a member; none when it is not there.
    private static func list(_ holder: JSONValue, _ name: StaticString) throws(RecordFailure) -> [JSONValue] {
        guard let list = holder[name], !list.isNull else { return [] }
        guard list.kind == .array else { throw RecordFailure("\(name) is not an array; write \"\(name)\": […]") }
        for element in list.elements where element.kind != .object {
            throw RecordFailure("\(name) holds what is no object; write \"\(name)\": [{…}]")
        }
        return Array(list.elements)
    }

    private static func attributes(_ holder: JSONValue?) throws(RecordFailure) -> [TelemetryAttribute] {
        guard let holder else { return [] }
        return try list(holder, "attributes").compactMap { element in
            guard let key = element["key"]?.text, key.count <= TelemetryAttribute.maximumNameBytes,
                let any = element["value"]
            else { return nil }
            return TelemetryAttribute(name: key.string, value: value(any))
        }
    }

    private static func value(_ any: JSONValue) -> TelemetryAttribute.Value {
        if let text = any["stringValue"]?.text {
            return text.count <= TelemetryAttribute.maximumTextBytes ? .text(text.string) : .other
        }
        if let integer = any["intValue"] {
            if let number = integer.int64 { return .integer(number) }
            return integer.text.flatMap { Int64($0.string) }.map { .integer($0) } ?? .other
        }
        if let number = any["doubleValue"]?.int64 { return .integer(number) }
        return any["boolValue"]?.bool.map { .bool($0) } ?? .other
    }
}
