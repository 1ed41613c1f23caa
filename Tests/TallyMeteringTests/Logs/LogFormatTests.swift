import FastJSON
import Testing

@testable import TallyMetering

struct LogFormatTests {
    /// The names of the command line, which are a promise.
    @Test func everyFormatHasItsName() {
        #expect(
            LogFormat.allCases.map(\.rawValue) == [
                "litellm", "langfuse", "helicone", "claude-code", "codex", "otlp", "nginx", "openai-batch",
                "openrouter-activity", "openai-usage", "openai-costs", "anthropic-usage", "anthropic-costs",
                "huggingface-billing",
            ])
        #expect(LogFormat.allCases.filter(\.isStateful) == [.claudeCode, .codex])
        #expect(LogFormat.allCases.filter { !$0.isStatement }.count == 8)
    }

    @Test(arguments: [
        (#"{"request_id":"a","call_type":"acompletion","startTime":"t"}"#, LogFormat.litellm),
        (#"[{"request_id":"a","spend":0,"startTime":"t"}]"#, .litellm),
        (#"{"data":[{"request_id":"a","spend":0,"startTime":"t"}],"total":1}"#, .litellm),
        (#"{"id":"o","traceId":"t","type":"SPAN","startTime":"t"}"#, .langfuse),
        (#"{"id":"o","type":"GENERATION","usage_details":{}}"#, .langfuse),
        (#"{"data":[{"traceId":"t","type":"SPAN","startTime":"t"}],"meta":{}}"#, .langfuse),
        (#"{"request_id":"a","request_created_at":"t"}"#, .helicone),
        (#"{"type":"summary","summary":"s","leafUuid":"u"}"#, .claudeCode),
        (#"{"type":"file-history-snapshot","messageId":"m","snapshot":{}}"#, .claudeCode),
        (#"{"type":"user","sessionId":"s","cwd":"/","version":"2.1.4","message":{}}"#, .claudeCode),
        (#"{"type":"queue-operation","operation":"enqueue","sessionId":"s"}"#, .claudeCode),
        (#"{"type":"session_meta","timestamp":"t","payload":{}}"#, .codex),
        (#"{"type":"response_item","payload":{}}"#, .codex),
        (#"{"resourceSpans":[]}"#, .otlp),
        (#"{"time":"t","status":"200","request_time":"0.1","uri":"/"}"#, .nginx),
        (#"{"id":"b","custom_id":"c","response":null,"error":{}}"#, .openAIBatch),
        (#"{"data":[{"date":"2026-10-30","model":"m","usage":0.1,"requests":1}]}"#, .openRouterActivity),
        (#"{"object":"page","data":[{"start_time":1,"end_time":2,"results":[]}]}"#, .openAIUsage),
        (
            #"{"object":"page","data":[{"start_time":1,"results":[]},{"start_time":2,"results":[{"amount":{}}]}]}"#,
            .openAICosts
        ),
        (#"{"data":[{"starting_at":"t","results":[{"uncached_input_tokens":1}]}]}"#, .anthropicUsage),
        (#"{"data":[{"starting_at":"t","results":[{"amount":"1"}]}]}"#, .anthropicCosts),
        (#"{"usage":{"inferenceProviders":{}}}"#, .huggingFaceBilling),
        (#"{"usage":{"Spaces":[]},"period":{"periodStart":"t"}}"#, .huggingFaceBilling),
        (#"{"currency":"USD","periods":[]}"#, .huggingFaceBilling),
        (#"{"inference":{"usedNanoUsd":1}}"#, .huggingFaceBilling),
        (#"{"name":"ada","isPro":true,"billingMode":"prepaid"}"#, .huggingFaceBilling),
    ])
    func recordsAreKnownByTheirLooks(_ record: String, _ format: LogFormat) throws {
        #expect(try JSONParser().withDocument(record) { LogFormat.detect($0) } == format)
    }

    /// Tally's own events, records of OpenAI-shaped clients, and what is nothing.
    @Test(arguments: [
        #"{"time":"t","model":"m","usage":{"input":1},"status":200,"request_id":"r","requests":1}"#,
        #"{"id":"r","time":"t","biller":"b","tags":{"type":"x"},"usage":null,"response":null,"duration_ms":1}"#,
        #"{"timestamp":"t","request":{"model":"m"},"response":{"id":"r","usage":{}}}"#,
        #"{"id":"r","object":"chat.completion","usage":{"prompt_tokens":1}}"#, #"{"type":"event_msg"}"#,
        #"{"object":"list","data":[{"embedding":[]}],"usage":{}}"#, #"{"data":[]}"#, #"{"data":[7]}"#, "{}", "[]",
        "[[]]", "7", #""resourceSpans""#, "null",
    ])
    func otherRecordsAreLikeNone(_ record: String) throws {
        #expect(try JSONParser().withDocument(record) { LogFormat.detect($0) } == nil)
    }

    @Test(arguments: [
        (["request_id", "call_type", "spend", "startTime", "model"], LogFormat.litellm),
        (["id", "trace_id", "type", "start_time", "usage_details"], .langfuse),
        (["request_id", "request_created_at", "costUSD"], .helicone),
        (["date", "model", "provider_name", "usage", "requests"], .openRouterActivity),
        (["start_time", "end_time", "amount_value", "amount_currency", "line_item"], .openAICosts),
        (["start_time", "end_time", "num_model_requests", "model", "input_tokens"], .openAIUsage),
    ])
    func tablesAreKnownByTheirHeader(_ header: [String], _ format: LogFormat) {
        #expect(LogFormat.detect(header: header) == format)
        #expect(LogFormat.detect(header: header.reversed()) == format)
    }

    @Test func otherTablesAreLikeNone() {
        #expect(LogFormat.detect(header: ["TIMESTAMP", "ContextTokens", "GeneratedTokens"]) == nil)
        #expect(LogFormat.detect(header: ["time", "model", "input", "output", "status"]) == nil)
        #expect(LogFormat.detect(header: []) == nil)
    }
}
