internal import FastJSON
internal import HTTPTypes
internal import Hummingbird
internal import OTLPMessages
internal import SwiftProtobuf
internal import TallyMetering

/// The answers of OTLP/HTTP, in the request's own encoding.
enum OTLPAnswer {
    /// What was taken, and how much was not.
    ///
    /// - Parameters:
    ///   - signal: What the request was of.
    ///   - rejected: How many records were not taken.
    ///   - reason: Why the first of them was not.
    ///   - encoding: The encoding of the request.
    /// - Returns: The answer.
    /// - Throws: What protobuf cannot encode, which is nothing.
    static func taken(
        _ signal: TelemetrySignal, rejected: Int, reason: String, _ encoding: OTLPEncoding
    ) throws -> Response {
        switch encoding {
        case .json:
            var writer = JSONWriter()
            writer.beginObject()
            if rejected > 0 {
                writer.key("partialSuccess")
                writer.beginObject()
                // Integers of 64 bits are strings in protobuf's JSON.
                writer.member(signal == .spans ? "rejectedSpans" : "rejectedLogRecords", String(rejected))
                writer.member("errorMessage", reason)
                writer.endObject()
            }
            writer.endObject()
            return answer(writer.bytes, .ok, encoding)
        case .protobuf:
            return answer(try message(signal, rejected: rejected, reason: reason), .ok, encoding)
        }
    }

    private static func message(_ signal: TelemetrySignal, rejected: Int, reason: String) throws -> [UInt8] {
        switch signal {
        case .spans:
            var answer = Opentelemetry_Proto_Collector_Trace_V1_ExportTraceServiceResponse()
            if rejected > 0 {
                answer.partialSuccess.rejectedSpans = Int64(rejected)
                answer.partialSuccess.errorMessage = reason
            }
            return try answer.serializedBytes()
        case .logRecords:
            var answer = Opentelemetry_Proto_Collector_Logs_V1_ExportLogsServiceResponse()
            if rejected > 0 {
                answer.partialSuccess.rejectedLogRecords = Int64(rejected)
                answer.partialSuccess.errorMessage = reason
            }
            return try answer.serializedBytes()
        }
    }

    /// A problem as `google.rpc.Status`.
    static func failure(_ problem: Problem, _ encoding: OTLPEncoding) -> Response {
        let code = code(of: problem.status)
        var bytes: [UInt8]
        switch encoding {
        case .json:
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("code", code)
            writer.member("message", problem.detail)
            writer.endObject()
            bytes = writer.bytes
        case .protobuf:
            var status = Google_Rpc_Status()
            status.code = code
            status.message = problem.detail
            bytes = (try? status.serializedBytes()) ?? []
        }
        var response = answer(bytes, problem.status, encoding)
        for field in problem.allHeaders { response.headers[field.name] = field.value }
        return response
    }

    /// The code of gRPC that has the meaning of a status (google/rpc/code.proto).
    private static func code(of status: HTTPResponse.Status) -> Int32 {
        switch status.code {
        case 401: 16
        case 403: 7
        case 404: 5
        case 405: 12
        case 408: 4
        case 429: 8
        case 503: 14
        case 400..<500: 3
        default: 13
        }
    }

    private static func answer(
        _ bytes: [UInt8], _ status: HTTPResponse.Status, _ encoding: OTLPEncoding
    ) -> Response {
        Answer.body(bytes, type: encoding.rawValue, status: status)
    }
}
