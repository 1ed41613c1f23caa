import Foundation
import OTLPMessages
import SwiftProtobuf
import TallyCore
import TallyTestSupport
import Testing

@testable import TallyService

@Suite(.database) struct OTLPIngestTests {
    private typealias TraceRequest = Opentelemetry_Proto_Collector_Trace_V1_ExportTraceServiceRequest
    private typealias TraceAnswer = Opentelemetry_Proto_Collector_Trace_V1_ExportTraceServiceResponse
    private typealias LogRequest = Opentelemetry_Proto_Collector_Logs_V1_ExportLogsServiceRequest
    private typealias LogAnswer = Opentelemetry_Proto_Collector_Logs_V1_ExportLogsServiceResponse
    private static let protobuf = "application/x-protobuf"

    private static func pairs(_ values: [String: any Sendable]) -> [Opentelemetry_Proto_Common_V1_KeyValue] {
        values.map { name, value in
            var pair = Opentelemetry_Proto_Common_V1_KeyValue()
            pair.key = name
            switch value {
            case let text as String: pair.value.stringValue = text
            case let number as Int: pair.value.intValue = Int64(number)
            case let number as Double: pair.value.doubleValue = number
            case let bool as Bool: pair.value.boolValue = bool
            default: pair.value.arrayValue.values = []
            }
            return pair
        }
    }

    private static let chat: [String: any Sendable] = [
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "together", "gen_ai.request.model": "plain",
        "gen_ai.response.id": "chatcmpl-1", "gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 20.0,
        "gen_ai.input.messages": "SECRET", "gen_ai.prompt.0.content": "SECRET", "other": [1],
    ]

    private static func span(_ id: UInt8, _ attributes: [String: any Sendable]) -> Opentelemetry_Proto_Trace_V1_Span {
        var span = Opentelemetry_Proto_Trace_V1_Span()
        span.traceID = Data(repeating: 0xAB, count: 16)
        span.spanID = Data([id, 1, 2, 3, 4, 5, 6, 7])
        span.startTimeUnixNano = 1_772_712_000_000_000_000
        span.endTimeUnixNano = 1_772_712_001_500_000_000
        span.attributes = pairs(attributes)
        return span
    }

    private static func request(_ spans: [Opentelemetry_Proto_Trace_V1_Span]) -> TraceRequest {
        var request = TraceRequest()
        var resource = Opentelemetry_Proto_Trace_V1_ResourceSpans()
        resource.resource.attributes = pairs(["service.name": "rag"])
        var scope = Opentelemetry_Proto_Trace_V1_ScopeSpans()
        scope.spans = spans
        resource.scopeSpans = [scope]
        request.resourceSpans = [resource]
        return request
    }

    /// JSON and protobuf tell the same call, so that sending both is one event.
    @Test func spansBecomeEventsInEitherEncoding() async throws {
        try await withIngestAPI { api in
            let tool = Self.span(2, ["gen_ai.operation.name": "execute_tool"])
            let request = Self.request([Self.span(1, Self.chat), tool, Self.span(3, ["http.route": "/"])])
            let binary = try await api.post("/v1/traces", try request.serializedBytes(), type: Self.protobuf)
            #expect(binary.status == 200 && binary.type == Self.protobuf && binary.body.isEmpty)
            let events = try await api.storedEvents()
            #expect(events.count == 1)
            let event = try #require(events.first)
            #expect(event["biller"] as? String == "together" && event["request_id"] as? String == "chatcmpl-1")
            #expect(event["time"] as? String == "2026-03-05T12:00:00Z" && event["duration_ms"] as? Int == 1500)
            #expect(event["usage"] as? [String: Int] == ["input": 100, "output": 20])
            #expect(event["tags"] as? [String: String] == ["service.name": "rag"])
            #expect(event["id"] as? String == "\(String(repeating: "ab", count: 16)):0101020304050607")
            #expect(event["cost"] is String)
            // Protobuf's own JSON has ids in base64; OTLP's has them in hexadecimal.
            let span = #"""
                {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"rag"}}]},
                "scopeSpans":[{"spans":[{"traceId":"ABABABABABABABABABABABABABABABAB","spanId":"0101020304050607",
                "startTimeUnixNano":"1772712000000000000","endTimeUnixNano":"1772712001500000000","attributes":[
                {"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},
                {"key":"gen_ai.provider.name","value":{"stringValue":"together"}},
                {"key":"gen_ai.request.model","value":{"stringValue":"plain"}},
                {"key":"gen_ai.usage.input_tokens","value":{"intValue":"100"}},
                {"key":"gen_ai.usage.output_tokens","value":{"intValue":20}}]}]}]}]}
                """#
            let json = try await api.post("/v1/traces", Array(span.utf8), type: "application/json")
            #expect(json.status == 200 && json.type == "application/json" && json.text == "{}")
            #expect(try await api.storedEvents().count == 1)
        }
    }

    @Test func whatCannotBeTakenIsCountedAndTheRestIsStored() async throws {
        try await withIngestAPI { api in
            var bad = Self.chat
            bad["gen_ai.usage.input_tokens"] = -1
            var undated = Self.span(3, Self.chat)
            undated.startTimeUnixNano = 0
            let request = Self.request([Self.span(1, Self.chat), Self.span(2, bad), undated])
            let answer = try await api.post("/v1/traces", try request.serializedBytes(), type: Self.protobuf)
            let taken = try TraceAnswer(serializedBytes: answer.body)
            #expect(answer.status == 200 && taken.partialSuccess.rejectedSpans == 2)
            #expect(taken.partialSuccess.errorMessage.hasPrefix("gen_ai.usage.input_tokens is '-1'; write"))
            #expect(try await api.storedEvents().count == 1)
            let span = #"{"attributes":[{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}}]}"#
            let json = try await api.post(
                "/v1/traces", Array(#"{"resourceSpans":[{"scopeSpans":[{"spans":[\#(span)]}]}]}"#.utf8),
                type: "application/json")
            let partial = try #require(try json.object["partialSuccess"] as? [String: String])
            #expect(partial["rejectedSpans"] == "1" && partial["errorMessage"]?.hasPrefix("startTime") == true)
        }
    }

    @Test func eventsInLogsBecomeEvents() async throws {
        try await withIngestAPI { api in
            var log = Opentelemetry_Proto_Logs_V1_LogRecord()
            log.timeUnixNano = 1_772_712_000_000_000_000
            log.eventName = "gen_ai.client.inference.operation.details"
            log.attributes = Self.pairs(Self.chat)
            var older = log
            older.eventName = ""
            older.timeUnixNano = 0
            older.observedTimeUnixNano = 1_772_712_009_000_000_000
            older.attributes = Self.pairs(
                Self.chat.merging(
                    ["event.name": "gen_ai.client.inference.operation.details", "gen_ai.response.id": "chatcmpl-2"]
                ) { $1 })
            var message = log
            message.eventName = "gen_ai.choice"
            message.attributes = Self.pairs(["gen_ai.system": "openai"])
            var plain = Opentelemetry_Proto_Logs_V1_LogRecord()
            plain.body.stringValue = "SECRET"
            var request = LogRequest()
            var resource = Opentelemetry_Proto_Logs_V1_ResourceLogs()
            var scope = Opentelemetry_Proto_Logs_V1_ScopeLogs()
            scope.logRecords = [log, older, message, plain]
            resource.scopeLogs = [scope]
            request.resourceLogs = [resource]
            for _ in 1...2 {
                let answer = try await api.post("/v1/logs", try request.serializedBytes(), type: Self.protobuf)
                #expect(answer.status == 200 && answer.body.isEmpty)
            }
            let events = try await api.storedEvents()
            #expect(Set(events.compactMap { $0["request_id"] as? String }) == ["chatcmpl-1", "chatcmpl-2"])
            #expect(
                Set(events.compactMap { $0["time"] as? String }) == ["2026-03-05T12:00:00Z", "2026-03-05T12:00:09Z"])
            // The span of the same call, and the same call as something else tells of it.
            let spans = Self.request([Self.span(1, Self.chat)])
            _ = try await api.post("/v1/traces", try spans.serializedBytes(), type: Self.protobuf)
            let told = #"{"id":"own","time":"2026-03-05T12:00:00Z","request_id":"chatcmpl-1","usage":null}"#
            let taken = try await api.send(events: told)
            #expect(taken == TakenCounts(accepted: 1, merged: 1))
            #expect(try await api.storedEvents().count == 2)
        }
    }

    @Test func emptyRequestsAreFine() async throws {
        try await withIngestAPI { api in
            for path in ["/v1/traces", "/v1/logs"] {
                let binary = try await api.post(path, [], type: Self.protobuf)
                #expect(binary.status == 200 && binary.body.isEmpty && binary.type == Self.protobuf)
                for body in ["{}", #"{"resourceSpans":[],"resourceLogs":[]}"#, #"{"resourceSpans":null}"#] {
                    let json = try await api.post(path, Array(body.utf8), type: "application/json; charset=utf-8")
                    #expect(json.status == 200 && json.text == "{}", "\(json.text)")
                }
            }
        }
    }

    /// Errors are `google.rpc.Status`, in the encoding of the request.
    @Test func whatCannotBeReadIsRefusedInTheEncodingOfTheRequest() async throws {
        try await withIngestAPI { api in
            for path in ["/v1/traces", "/v1/logs"] {
                let bodies: [[UInt8]] = [[0xFF], [0x0A, 0x7F], [0x0A, 0x02, 0xFF, 0xFF], Array("{}".utf8)]
                for body in bodies {
                    let answer = try await api.post(path, body, type: Self.protobuf)
                    #expect(answer.status == 400 && answer.type == Self.protobuf, "\(body)")
                    let status = try Google_Rpc_Status(serializedBytes: answer.body)
                    #expect(status.code == 3 && status.message.contains("in protobuf; send"), "\(body)")
                }
                let member = path == "/v1/traces" ? "resourceSpans" : "resourceLogs"
                let texts = [
                    "{", "[]", "7", "null", #""x""#, "nonsense", #"{"\#(member)":{}}"#, #"{"\#(member)":[7]}"#,
                    #"{"\#(member)":[{"resource":{"attributes":[1]}}]}"#,
                    #"{"\#(member)":[{"scopeSpans":7,"scopeLogs":7}]}"#,
                ]
                for text in texts {
                    let answer = try await api.post(path, Array(text.utf8), type: "application/json")
                    #expect(answer.status == 400 && answer.type == "application/json", "\(text): \(answer.text)")
                    let object = try answer.object
                    #expect(object["code"] as? Int == 3, "\(text)")
                    #expect((object["message"] as? String)?.contains(";") == true, "\(text): \(answer.text)")
                }
                let unknown = try await api.post(path, [], type: "text/plain")
                #expect(unknown.status == 415 && unknown.type == "application/json")
                let get = try await api.get(path)
                #expect(get.status == 405 && get.headers["allow"] == "POST")
            }
            #expect(try await api.storedEvents().isEmpty)
        }
    }
}
