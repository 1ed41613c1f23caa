import TallyCore
import Testing

@testable import TallyMetering

struct OpenAIBatchLogTests {
    private func line(_ response: String, error: String = "null") -> String {
        #"{"id":"batch_req_1","custom_id":"row-1","response":\#(response),"error":\#(error)}"#
    }

    @Test func answersAreCallsAtTheBatchRate() throws {
        let call = try onlyCall(
            .openAIBatch,
            line(
                #"""
                {"status_code":200,"request_id":"req_1","body":{"id":"chatcmpl-1","object":"chat.completion",
                "created":1793363400,"model":"gpt-5-mini-2025-08-07","service_tier":"default",
                "choices":[{"message":{"content":"SECRET"}}],
                "usage":{"prompt_tokens":100,"completion_tokens":40,"total_tokens":140,
                "prompt_tokens_details":{"cached_tokens":60},"completion_tokens_details":{"reasoning_tokens":30}}}}
                """#))
        #expect(call.usage == .of([.input: 40, .cacheRead: 60, .output: 40, .reasoning: 30]))
        #expect(
            call.offering
                == Offering(
                    biller: "openai", provider: "openai", model: "gpt-5-mini-2025-08-07", serviceTier: "batch"))
        #expect(call.event.time.description == "2026-10-30T12:30:00Z" && call.event.status == 200)
        #expect(call.event.id == "batch_req_1" && call.event.requestID == "chatcmpl-1")
        #expect(call.transportID == "req_1" && call.event.isStream == false)
        var text = ""
        dump(call, to: &text)
        #expect(!text.contains("SECRET"))
    }

    @Test func responsesAreReadToo() throws {
        let call = try onlyCall(
            .openAIBatch,
            line(
                #"""
                {"status_code":200,"body":{"id":"resp_1","created_at":1793363400,"model":"gpt-5","usage":{
                "input_tokens":100,"input_tokens_details":{"cached_tokens":60,"cache_write_tokens":10},
                "output_tokens":9,"output_tokens_details":{"reasoning_tokens":3},"total_tokens":109}}}
                """#))
        #expect(
            call.usage == .of([.input: 30, .cacheRead: 60, .cacheWrite30m: 10, .output: 9, .reasoning: 3]))
    }

    @Test(arguments: [
        ("null", #"{"code":"batch_expired","message":"SECRET"}"#),
        (#"{"status_code":400,"body":{"error":{"message":"SECRET"}}}"#, "null"),
    ])
    func linesWithoutAnAnswerAreNotBilled(_ response: String, _ error: String) throws {
        let items = try logItems(.openAIBatch, [line(response, error: error)])
        #expect(items.passed == [.unanswered] && items.count == 1)
    }

    @Test func answersThatCannotBePlacedInTimeAreRefused() throws {
        let items = try logItems(
            .openAIBatch, [line(#"{"status_code":200,"body":{"object":"list","usage":{"prompt_tokens":3}}}"#)])
        #expect(items.failures.first?.hasPrefix("response.body has no created time") == true)
    }
}
