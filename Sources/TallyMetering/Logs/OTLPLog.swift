internal import FastJSON
internal import TallyCore

/// OTLP JSON: exported requests of spans or log records, some of them about calls of models (OpenTelemetry,
/// `trace.proto` and `logs.proto` as JSON).
struct OTLPLog: LogReader {
    mutating func read(_ record: JSONValue, at position: Int, into sink: inout LogSink) throws(RecordFailure) {
        var isRequest = false
        for signal in TelemetrySignal.allCases where record[signal.resources] != nil {
            isRequest = true
            try OTLPDocument.read(record, signal, into: &sink)
        }
        if isRequest { return }
        guard record["resourceMetrics"] != nil else {
            throw RecordFailure("resourceSpans is missing; write one export request of spans a line")
        }
        sink.pass(.noInference)
    }
}
