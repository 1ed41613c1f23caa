import TallyCore
import Testing

@testable import TallyMetering

struct LangfuseLogTests {
    private func call(_ members: String) throws -> LoggedCall {
        try onlyCall(
            .langfuse,
            #"{"id":"o","traceId":"t","type":"GENERATION","startTime":"2026-10-30T12:00:00.000Z","model":"m",\#(members)}"#
        )
    }

    @Test(arguments: [
        (#"{"input":1,"output":2,"total":3}"#, UsageBuckets.of([.input: 1, .output: 2])),
        (#"{"input":"1","output":2.0}"#, .of([.input: 1, .output: 2])),
        (
            #"{"input":4,"input_cache_read":10,"input_cache_creation_5m":3,"input_cache_creation_1h":2,"output":5}"#,
            .of([.input: 4, .cacheRead: 10, .cacheWrite5m: 3, .cacheWrite1h: 2, .output: 5])
        ),
        // A sum beside its parts is not counted once more, and two names of one class are one count.
        (
            #"{"input":4,"input_cache_creation":5,"input_cache_creation_5m":3,"input_cache_creation_1h":2}"#,
            .of([.input: 4, .cacheWrite5m: 3, .cacheWrite1h: 2])
        ),
        (
            #"{"input":4,"cache_read_input_tokens":7,"input_cached_tokens":7}"#, .of([.input: 4, .cacheRead: 7])
        ),
        (#"{"input":4,"cache_creation_input_tokens":6}"#, .of([.input: 4, .cacheWrite5m: 6])),
        (
            #"{"input":4,"input_audio_tokens":6,"output":1,"output_audio":2,"output_reasoning":3}"#,
            .of([.input: 4, .inputAudio: 6, .output: 4, .reasoning: 3, .outputAudio: 2])
        ),
        // Unheard-of classes are disjoint as well: they are billed as what they are part of.
        (
            #"{"input":4,"input_tool_use":6,"output":1,"output_rejected_prediction_tokens":2,"seconds":9}"#,
            .of([.input: 10, .output: 3])
        ),
    ])
    func keysAreDisjoint(_ details: String, _ expected: UsageBuckets) throws {
        #expect(try call(#""usageDetails":\#(details)"#).usage == expected)
        let escaped = details.replacing("\"", with: "\\\"")
        #expect(try call(#""usage_details":"\#(escaped)""#).usage == expected)
    }

    @Test(arguments: [
        #""usageDetails":{}"#, #""usageDetails":null"#, #""usageDetails":{"total":0}"#,
        #""usageDetails":{"input":0,"output":0,"total":0}"#, #""usage":{"input":5,"unit":"CHARACTERS"}"#,
        #""name":"no usage at all""#,
    ])
    func usageThatIsNotStatedIsUnknown(_ members: String) throws {
        #expect(try call(members).usage == nil)
    }

    @Test func theOlderMemberIsReadWhereTheNewerIsEmpty() throws {
        let call = try call(#""usageDetails":{},"usage":{"input":5,"output":7,"total":12,"unit":"TOKENS"}"#)
        #expect(call.usage == .of([.input: 5, .output: 7]))
    }

    @Test func readsWhenHowAndForWhom() throws {
        let call = try call(
            #"""
            "endTime":"2026-10-30T12:00:01.250Z","completionStartTime":"2026-10-30T12:00:00.300Z","level":"ERROR",
            "statusMessage":"SECRET","input":"SECRET","output":"SECRET","environment":"production","user_id":"u",
            "costDetails":{"input":1,"total":0.0013846},"usageDetails":{"input":1}
            """#)
        #expect(call.event.durationMs == 1250 && call.event.ttfbMs == 300 && call.event.outcome == .failed)
        #expect(call.event.attribution == Attribution(user: "u", tags: ["environment": "production"]))
        #expect(call.estimatedCost?.description == "0.0013846" && call.event.reportedCost == nil)
        #expect(call.event.id == "o" && call.event.requestID == nil)
        var text = ""
        dump(call, to: &text)
        #expect(!text.contains("SECRET"))
    }

    @Test(arguments: [
        (#""metadata":{"ls_provider":"anthropic"}"#, "anthropic", SellerBasis.stated),
        (#""metadata":"{\"attributes\":{\"gen_ai.system\":\"az.ai.openai\"}}""#, "azure", .stated),
        (#""metadata":["gpt-5"]"#, "", .assumed), (#""metadata":{}"#, "", .assumed),
    ])
    func sellersAreFoundInTheMetadata(_ members: String, _ biller: String, _ basis: SellerBasis) throws {
        let call = try call(members + #","usageDetails":{"input":1}"#)
        #expect((call.offering.biller ?? "") == biller && call.seller == basis)
    }

    @Test func onlyGenerationsAndEmbeddingsAreCalls() throws {
        for type in ["SPAN", "EVENT", "AGENT", "TOOL", "CHAIN", "RETRIEVER", "EVALUATOR", "GUARDRAIL"] {
            let items = try logItems(
                .langfuse, [#"{"type":"\#(type)","startTime":"2026-10-30","usageDetails":{"input":1}}"#])
            #expect(items.passed == [.noInference] && items.calls.isEmpty)
        }
        let items = try logItems(
            .langfuse, [#"{"type":"EMBEDDING","startTime":"2026-10-30","usageDetails":{"input":1}}"#])
        #expect(items.calls.count == 1)
    }

    @Test func malformedObservationsAreRefused() throws {
        let records = [
            #"{"type":"GENERATION"}"#,
            #"{"type":"GENERATION","startTime":"2026-10-30","usageDetails":{"SECRET":1,"input":"SECRET"}}"#,
            #"{"type":"GENERATION","startTime":"2026-10-30","usageDetails":{"input":1e12,"output":1e12,"output_reasoning":1}}"#,
        ]
        #expect(
            try logItems(.langfuse, records).failures == [
                "startTime is missing; every record needs its time",
                "usageDetails, member 2, is 6 characters of text; write a number",
                "usageDetails counts more than 1000000000000 tokens in one call",
            ])
    }
}
