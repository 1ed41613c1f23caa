internal import Foundation
internal import HTTPTypes
internal import OTLPMessages
internal import SwiftProtobuf
internal import TallyMetering

/// Reads the requests of OTLP as protobuf has them.
enum OTLPMessageReader {
    private typealias KeyValue = Opentelemetry_Proto_Common_V1_KeyValue

    /// Reads a request.
    ///
    /// - Parameters:
    ///   - body: The request.
    ///   - signal: What it is of.
    ///   - decoder: Takes its records.
    /// - Throws: ``Problem`` when it is no such message.
    static func read(
        _ body: IngestBody, _ signal: TelemetrySignal, into decoder: inout TelemetryDecoder
    ) throws(Problem) {
        switch signal {
        case .spans:
            let request: Opentelemetry_Proto_Collector_Trace_V1_ExportTraceServiceRequest = try message(body)
            for resource in request.resourceSpans {
                decoder.begin(resource: attributes(resource.resource.attributes))
                for scope in resource.scopeSpans {
                    for span in scope.spans { decoder.read(record(span)) }
                }
            }
        case .logRecords:
            let request: Opentelemetry_Proto_Collector_Logs_V1_ExportLogsServiceRequest = try message(body)
            for resource in request.resourceLogs {
                decoder.begin(resource: attributes(resource.resource.attributes))
                for scope in resource.scopeLogs {
                    for log in scope.logRecords { decoder.read(record(log)) }
                }
            }
        }
    }

    private static func message<Request: SwiftProtobuf.Message>(_ body: IngestBody) throws(Problem) -> Request {
        do {
            return try Request(serializedBytes: body.bytes)
        } catch {
            throw Problem(
                .badRequest, title: "The telemetry cannot be read",
                detail: "the body is no \(Request.protoMessageName) in protobuf; "
                    + "send one, or say with Content-Type what it is")
        }
    }

    private static func record(_ span: Opentelemetry_Proto_Trace_V1_Span) -> TelemetryRecord {
        var record = TelemetryRecord()
        record.attributes = attributes(span.attributes)
        record.start = String(span.startTimeUnixNano)
        record.end = String(span.endTimeUnixNano)
        record.traceID = hexadecimal(span.traceID)
        record.spanID = hexadecimal(span.spanID)
        record.isError = span.status.code == .error
        return record
    }

    private static func record(_ log: Opentelemetry_Proto_Logs_V1_LogRecord) -> TelemetryRecord {
        var record = TelemetryRecord()
        record.attributes = attributes(log.attributes)
        record.start = String(log.timeUnixNano == 0 ? log.observedTimeUnixNano : log.timeUnixNano)
        record.eventName = log.eventName
        record.traceID = hexadecimal(log.traceID)
        record.spanID = hexadecimal(log.spanID)
        return record
    }

    private static func attributes(_ pairs: [KeyValue]) -> [TelemetryAttribute] {
        pairs.compactMap { pair in
            if pair.key.utf8.count > TelemetryAttribute.maximumNameBytes { return nil }
            return TelemetryAttribute(name: pair.key, value: value(pair.value.value))
        }
    }

    private static func value(
        _ value: Opentelemetry_Proto_Common_V1_AnyValue.OneOf_Value?
    ) -> TelemetryAttribute.Value {
        switch value {
        case .stringValue(let text):
            text.utf8.count <= TelemetryAttribute.maximumTextBytes ? .text(text) : .other
        case .intValue(let number): .integer(number)
        case .doubleValue(let number): Int64(exactly: number).map { .integer($0) } ?? .other
        case .boolValue(let bool): .bool(bool)
        default: .other
        }
    }

    private static let digits = Array("0123456789abcdef")

    /// The digits of an id; `nil` of an empty one.
    private static func hexadecimal(_ bytes: Data) -> String? {
        if bytes.isEmpty { return nil }
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
