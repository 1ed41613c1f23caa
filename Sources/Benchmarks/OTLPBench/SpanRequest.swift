internal import Foundation
internal import OTLPMessages
internal import SwiftProtobuf

/// Requests of spans as an instrumented program exports them, each span of another call.
struct SpanRequest {
    private var random: SeededGenerator

    private static let models = ["gpt-4o-mini", "gpt-4o", "gpt-4.1", "gpt-4.1-mini", "o3", "o4-mini"]
    /// The first call: March 2026.
    private static let start: UInt64 = 1_772_323_200_000_000_000

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    /// The next request, in protobuf.
    mutating func next(spans count: Int) throws -> [UInt8] {
        var scope = Opentelemetry_Proto_Trace_V1_ScopeSpans()
        scope.scope.name = "opentelemetry.instrumentation.openai_v2"
        scope.spans = (0..<count).map { _ in span() }
        var resource = Opentelemetry_Proto_Trace_V1_ResourceSpans()
        resource.resource.attributes = [Self.text("service.name", "service-\(Int.random(in: 0..<20, using: &random))")]
        resource.scopeSpans = [scope]
        var request = Opentelemetry_Proto_Collector_Trace_V1_ExportTraceServiceRequest()
        request.resourceSpans = [resource]
        return try request.serializedBytes()
    }

    private mutating func span() -> Opentelemetry_Proto_Trace_V1_Span {
        var span = Opentelemetry_Proto_Trace_V1_Span()
        span.traceID = bytes(16)
        span.spanID = bytes(8)
        span.parentSpanID = bytes(8)
        let model = Self.models[Int.random(in: Self.models.indices, using: &random)]
        span.name = "chat \(model)"
        span.kind = .client
        span.startTimeUnixNano = Self.start + UInt64.random(in: 0..<2_592_000_000_000_000, using: &random)
        span.endTimeUnixNano = span.startTimeUnixNano + UInt64.random(in: 0..<9_000_000_000, using: &random)
        let input = Int64.random(in: 10..<8000, using: &random)
        span.attributes = [
            Self.text("gen_ai.operation.name", "chat"), Self.text("gen_ai.provider.name", "openai"),
            Self.text("gen_ai.request.model", model), Self.text("gen_ai.response.model", model),
            Self.text("gen_ai.response.id", "chatcmpl-\(UInt64.random(in: 0 ... .max, using: &random))"),
            Self.text("server.address", "api.openai.com"), Self.count("gen_ai.usage.input_tokens", input),
            Self.count("gen_ai.usage.output_tokens", Int64.random(in: 1..<900, using: &random)),
            Self.text("user.id", "user-\(Int.random(in: 0..<500, using: &random))"),
        ]
        return span
    }

    private mutating func bytes(_ count: Int) -> Data {
        Data((0..<count).map { _ in UInt8.random(in: 0 ... .max, using: &random) })
    }

    private static func text(_ name: String, _ text: String) -> Opentelemetry_Proto_Common_V1_KeyValue {
        var pair = Opentelemetry_Proto_Common_V1_KeyValue()
        pair.key = name
        pair.value.stringValue = text
        return pair
    }

    private static func count(_ name: String, _ count: Int64) -> Opentelemetry_Proto_Common_V1_KeyValue {
        var pair = Opentelemetry_Proto_Common_V1_KeyValue()
        pair.key = name
        pair.value.intValue = count
        return pair
    }
}
