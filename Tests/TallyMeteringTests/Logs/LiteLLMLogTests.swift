import TallyCore
import Testing

@testable import TallyMetering

struct LiteLLMLogTests {
    private func row(_ members: String) -> String {
        #"{"request_id":"chatcmpl-1","call_type":"acompletion","startTime":"2026-10-30T12:00:00Z",\#(members)}"#
    }

    private func call(_ members: String, _ defaults: RecordDefaults = RecordDefaults()) throws -> LoggedCall {
        try onlyCall(.litellm, row(members), defaults: defaults)
    }

    @Test func readsWhoWhenAndHow() throws {
        let call = try call(
            #"""
            "endTime":"2026-10-30T12:00:02.500Z","completionStartTime":"2026-10-30 12:00:00.420",
            "model":"claude-haiku-4-5","custom_llm_provider":"anthropic","user":"owner","end_user":"customer",
            "api_key":"88dc","prompt_tokens":10,"completion_tokens":2,"total_tokens":12,"spend":4.35e-05,
            "metadata":{"user_api_key_alias":"search-key","user_api_key_team_alias":"Search"},"team_id":"t1",
            "request_tags":["team:search","User-Agent: SDK/1.2","plain"],"litellm_call_id":"c"
            """#)
        #expect(call.event.durationMs == 2500 && call.event.ttfbMs == 420)
        #expect(call.event.id == "chatcmpl-1" && call.event.requestID == "chatcmpl-1")
        #expect(
            call.event.attribution
                == Attribution(
                    user: "customer", key: "search-key",
                    tags: ["team": "search", "User-Agent": "SDK/1.2", "plain": "", "team_id": "Search"]))
        #expect(call.seller == .stated)
        // LiteLLM's own computation is nobody's bill.
        #expect(call.estimatedCost?.description == "0.0000435")
        #expect(call.event.reportedCost == nil && call.event.billedCost == nil)
    }

    /// The two names of a class are the same tokens, whichever the release wrote, and metadata may be text.
    @Test(arguments: [
        #"{"additional_usage_values":{"cache_read_input_tokens":60,"cache_creation_input_tokens":30}}"#,
        #"{"additional_usage_values":{"cache_read_input_tokens":60,"prompt_tokens_details":{"cached_tokens":60,"cache_creation_tokens":30}}}"#,
        #"{"usage_object":{"prompt_tokens":100,"prompt_tokens_details":{"cached_tokens":60},"cache_creation_input_tokens":30}}"#,
    ])
    func cacheClassesAreTakenOutOfThePrompt(_ metadata: String) throws {
        let escaped = metadata.replacing("\"", with: "\\\"")
        for form in [metadata, "\"\(escaped)\""] {
            let call = try call(
                #""custom_llm_provider":"anthropic","prompt_tokens":100,"completion_tokens":5,"metadata":\#(form)"#)
            #expect(call.usage == .of([.input: 10, .cacheRead: 60, .cacheWrite5m: 30, .output: 5]))
        }
    }

    @Test func writesAreToldApartByLifetimeAndSeller() throws {
        let split = try call(
            #"""
            "custom_llm_provider":"anthropic","prompt_tokens":100,"completion_tokens":1,"metadata":{
            "additional_usage_values":{"cache_creation_input_tokens":30,"prompt_tokens_details":{
            "cache_creation_token_details":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":15}}}}
            """#)
        #expect(split.usage == .of([.input: 70, .cacheWrite5m: 15, .cacheWrite1h: 15, .output: 1]))
        let openAI = try call(
            #"""
            "custom_llm_provider":"openai","prompt_tokens":100,"completion_tokens":1,"metadata":{
            "additional_usage_values":{"cache_creation_input_tokens":30}}
            """#)
        #expect(openAI.usage == .of([.input: 70, .cacheWrite30m: 30, .output: 1]))
    }

    @Test func reasoningAndAudioAreInsideTheirTotals() throws {
        let details =
            #""metadata":{"additional_usage_values":{"prompt_tokens_details":{"audio_tokens":7},"#
            + #""completion_tokens_details":{"reasoning_tokens":30,"audio_tokens":4}}}"#
        let inside = try call(#""prompt_tokens":50,"completion_tokens":40,"total_tokens":90,"model":"m",\#(details)"#)
        #expect(
            inside.usage == .of([.input: 43, .inputAudio: 7, .output: 36, .outputAudio: 4, .reasoning: 30]))
        let outside = try call(#""prompt_tokens":50,"completion_tokens":40,"total_tokens":120,"model":"m",\#(details)"#)
        #expect(outside.usage?.quantity(.output) == 66)
    }

    @Test(arguments: [
        (#""custom_llm_provider":"openai","model":"gpt-4o""#, "openai", "openai", "gpt-4o", SellerBasis.stated),
        (#""custom_llm_provider":"azure","model":"azure/gpt-4o""#, "azure", "azure", "gpt-4o", .stated),
        (
            #""custom_llm_provider":"together_ai","model":"together_ai/meta/L""#, "together", "together", "meta/L",
            .stated
        ),
        (#""custom_llm_provider":"openrouter","model":"openai/gpt-4o""#, "openrouter", "", "openai/gpt-4o", .stated),
        (
            #""custom_llm_provider":"huggingface","model":"together/deepseek-ai/R1""#, "huggingface", "together",
            "deepseek-ai/R1", .stated
        ),
        (
            #""custom_llm_provider":"huggingface","model":"deepseek-ai/R1""#, "huggingface", "", "deepseek-ai/R1",
            .stated
        ),
        (
            #""custom_llm_provider":"openai","model":"m","api_base":"https://router.huggingface.co/v1/""#,
            "huggingface", "", "m", .address
        ),
        (
            #""custom_llm_provider":"openai","model":"m","api_base":"https://router.huggingface.co/groq/openai/v1""#,
            "huggingface", "groq", "m", .address
        ),
        (
            #""custom_llm_provider":"openai","model":"m","api_base":"http://10.0.0.7:8000/v1""#, "openai", "openai",
            "m",
            .stated
        ),
        (
            #""custom_llm_provider":"","model":"claude-sonnet-4-6""#, "anthropic", "anthropic", "claude-sonnet-4-6",
            .assumed
        ),
        (#""model":"mystery""#, "", "", "mystery", .assumed),
    ])
    func tellsWhoSold(
        _ members: String, _ biller: String, _ provider: String, _ model: String, _ basis: SellerBasis
    ) throws {
        let call = try call(members + #","prompt_tokens":1,"completion_tokens":1"#)
        #expect((call.offering.biller ?? "") == biller && (call.offering.provider ?? "") == provider)
        #expect(call.offering.model == model)
        #expect(call.seller == basis)
    }

    @Test func defaultsComeBeforeWhatIsAssumed() throws {
        let defaults = RecordDefaults.with { $0.offering.biller = "openrouter" }
        let assumed = try call(#""model":"gpt-4o","prompt_tokens":1"#, defaults)
        #expect(assumed.offering.biller == "openrouter" && assumed.offering.provider == nil)
        let stated = try call(#""model":"gpt-4o","custom_llm_provider":"openai","prompt_tokens":1"#, defaults)
        #expect(stated.offering.biller == "openai")
    }

    /// What LiteLLM answered itself is a request without a call: it has used nothing, and it is no generation.
    @Test(arguments: [#""True""#, #""true""#, "true"])
    func itsOwnCacheIsNotBilled(_ hit: String) throws {
        let call = try call(#""cache_hit":\#(hit),"prompt_tokens":500,"completion_tokens":200,"model":"gpt-4o""#)
        #expect(call.usage == .of([.input: 0, .output: 0]))
        #expect(call.event.requestID == nil && call.event.id == "chatcmpl-1")
    }

    @Test func failuresAreUnknownAndNotZero() throws {
        let call = try call(
            #"""
            "status":"failure","prompt_tokens":0,"completion_tokens":0,"total_tokens":0,"litellm_call_id":"chatcmpl-1",
            "metadata":{"error_information":{"error_code":"429"}},"model":"gpt-4o"
            """#)
        #expect(call.usage == nil && call.event.outcome == .failed && call.event.status == 429)
        #expect(call.event.requestID == nil)
    }

    @Test func bookkeepingIsNoCall() throws {
        for type in ["alist_batches", "afile_content", "create_file", "call_mcp_tool", "aretrieve_batch"] {
            let items = try logItems(
                .litellm, [#"{"request_id":"a","call_type":"\#(type)","startTime":"2026-10-30T12:00:00Z"}"#])
            #expect(items.passed == [.noInference] && items.calls.isEmpty, "\(type)")
        }
    }

    @Test(arguments: [
        (#"{"request_id":"a","startTime":null}"#, "startTime is missing; every record needs its time"),
        (#"{"request_id":"a","startTime":"soon"}"#, "startTime is 4 characters of text; write a time like"),
        (#"{"startTime":"2026-10-30","prompt_tokens":-1}"#, "prompt_tokens is '-1'; a count is never negative"),
        (#"{"startTime":"2026-10-30","prompt_tokens":"SECRET"}"#, "prompt_tokens is 6 characters of text; write a"),
        (#"{"startTime":"2026-10-30","prompt_tokens":1e13}"#, "prompt_tokens is '1e13'; one call has at most"),
        (#"{"startTime":"2026-10-30","metadata":"{SECRET"}"#, "metadata is text that is no JSON; export it"),
        ("7", "the line is not a JSON object; write one record a line"),
    ])
    func malformedRowsAreRefusedWithAMend(_ row: String, _ reason: String) throws {
        let failures = try logItems(.litellm, [row]).failures
        #expect(failures.count == 1 && failures[0].hasPrefix(reason), "\(failures)")
        #expect(!failures.joined().contains("SECRET"))
    }

    /// I7: what was asked and answered stands in these rows too.
    @Test func promptsAreKeptNowhere() throws {
        let call = try call(
            #"""
            "prompt_tokens":1,"messages":[{"content":"SECRET"}],"response":{"choices":["SECRET"]},
            "proxy_server_request":{"body":"SECRET"},"metadata":{"requester_metadata":{"x":"SECRET"}},
            "requester_ip_address":"SECRET","api_key":"SECRET","model":"m"
            """#)
        var text = ""
        dump(call, to: &text)
        #expect(!text.contains("SECRET"))
    }
}
