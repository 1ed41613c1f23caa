import TallyCore
import Testing

@testable import TallyMetering

struct HeliconeLogTests {
    private func call(_ members: String) throws -> LoggedCall {
        try onlyCall(
            .helicone, #"{"request_id":"r","request_created_at":"2026-10-30T12:03:00.000Z",\#(members)}"#)
    }

    @Test func countsAreDisjointAlready() throws {
        let call = try call(
            #"""
            "prompt_tokens":476,"prompt_cache_read_tokens":1024,"prompt_cache_write_tokens":10,
            "prompt_audio_tokens":3,"completion_tokens":40,"completion_audio_tokens":2,"provider":"ANTHROPIC",
            "total_tokens":516
            """#)
        #expect(
            call.usage
                == .of([
                    .input: 476, .cacheRead: 1024, .cacheWrite5m: 10, .inputAudio: 3, .output: 40, .outputAudio: 2,
                ]))
    }

    @Test func readsWhoWhenAndHow() throws {
        let call = try call(
            #"""
            "response_created_at":"2026-10-30T12:03:00.900Z","response_status":429,"request_model":"a",
            "model_override":"b","time_to_first_token":210,"delay_ms":null,"request_user_id":"u","costUSD":0.00039,
            "properties":{"team":"search","n":7,"list":[1],"gone":null},"response_id":"theirs","prompt_tokens":1
            """#)
        #expect(call.event.status == 429 && call.event.outcome == .failed)
        #expect(call.event.durationMs == 900 && call.event.ttfbMs == 210)
        #expect(call.offering.model == "b")
        #expect(call.event.attribution == Attribution(user: "u", tags: ["team": "search", "n": "7"]))
        #expect(call.event.id == "r" && call.event.requestID == nil)
        #expect(call.estimatedCost?.description == "0.00039" && call.event.reportedCost == nil)
    }

    @Test(arguments: [
        ("-3", Outcome.interrupted), ("-2", .failed), ("0", .failed), ("\"\"", .complete), ("null", .complete),
    ])
    func callsWithoutAStatusHaveAnEnding(_ status: String, _ outcome: Outcome) throws {
        let call = try call(#""response_status":\#(status),"prompt_tokens":1"#)
        #expect(call.event.outcome == outcome && call.event.status == nil)
    }

    @Test(arguments: [
        (
            #""provider":"CUSTOM","target_url":"https://router.huggingface.co/v1/chat/completions""#, "huggingface", "",
            SellerBasis.address
        ),
        (
            #""provider":"OPENAI","request_path":"https://oai.helicone.ai/v1/chat/completions""#, "openai", "openai",
            .stated
        ),
        (#""provider":"TOGETHERAI""#, "together", "together", .stated),
        (#""provider":"CUSTOM","request_model":"gemini-3-pro""#, "google", "google", .assumed),
        (#""provider":"CUSTOM","request_model":"gpt-oss-120b""#, "", "", .assumed),
    ])
    func tellsWhoSold(_ members: String, _ biller: String, _ provider: String, _ basis: SellerBasis) throws {
        let call = try call(members + #","prompt_tokens":1"#)
        #expect((call.offering.biller ?? "") == biller && (call.offering.provider ?? "") == provider)
        #expect(call.seller == basis)
    }

    @Test func itsOwnCacheIsNotBilled() throws {
        let tokens = #""prompt_tokens":5,"completion_tokens":5"#
        #expect(
            try call(#""cache_reference_id":"0b6e",\#(tokens)"#).usage == .of([.input: 0, .output: 0]))
        for none in ["null", #""""#, #""00000000-0000-0000-0000-000000000000""#] {
            #expect(try call(#""cache_reference_id":\#(none),\#(tokens)"#).usage == .of([.input: 5, .output: 5]))
        }
    }

    @Test func tablesGiveWhatRecordsGive() throws {
        let header = [
            "request_id", "request_created_at", "response_status", "provider", "prompt_tokens", "completion_tokens",
            "properties", "costUSD", "cache_enabled", "response_model",
        ]
        let items = try logItems(
            .helicone, header: header,
            rows: [
                [
                    "r", "2026-10-30T12:03:00.000Z", "200", "OPENAI", "10", "4", #"{"team":"search, \"east\""}"#,
                    "0.00039", "false", "gpt-4o-mini",
                ],
                ["s", "", "200", "OPENAI", "10", "4", "", "", "", ""],
                ["t", "2026-10-30", "", "", "", "", "", "", "", ""],
            ])
        let call = try #require(items.calls.first)
        let same = try onlyCall(
            .helicone,
            #"""
            {"request_id":"r","request_created_at":"2026-10-30T12:03:00.000Z","response_status":200,
            "provider":"OPENAI","prompt_tokens":10,"completion_tokens":4,"costUSD":0.00039,
            "properties":{"team":"search, \"east\""},"cache_enabled":false,"response_model":"gpt-4o-mini"}
            """#)
        #expect(call.event == same.event && call.draft.identity == same.draft.identity)
        #expect(call.estimatedCost == same.estimatedCost)
        #expect(items.calls.count == 2 && items.calls[1].usage == nil)
        #expect(items.failures == ["request_created_at is missing; every record needs its time"])
    }
}
