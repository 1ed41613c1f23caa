import TallyCore
import Testing

@testable import TallyMetering

struct NginxLogTests {
    private func call(_ members: String) throws -> LoggedCall {
        try onlyCall(
            .nginx,
            #"{"time":"2026-10-30T12:30:00+02:00","request_method":"POST","uri":"/v1/chat/completions",\#(members)}"#)
    }

    @Test func readsWhoWhenAndHow() throws {
        let call = try call(
            #"""
            "request_id":"a1b2","status":"200","request_time":"2.481","upstream_header_time":"0.120, 0.340",
            "upstream_response_time":"0.500, 2.470","upstream_http_x_inference_provider":"groq",
            "upstream_http_inference_id":"gen-1","upstream_http_x_request_id":"Root=1-ex",
            "http_x_hf_bill_to":"acme","http_x_tally_project":"search","http_x_tally_user":"-",
            "http_authorization":"SECRET","request_body":"SECRET"
            """#)
        #expect(call.event.time.description == "2026-10-30T10:30:00Z")
        #expect(call.event.status == 200 && call.event.outcome == .complete && call.usage == nil)
        #expect(call.event.durationMs == 2481 && call.event.ttfbMs == 340)
        #expect(call.event.id == "a1b2" && call.event.requestID == "gen-1" && call.transportID == "Root=1-ex")
        #expect(call.offering == Offering(biller: "huggingface", provider: "groq", account: "acme"))
        #expect(call.event.attribution == Attribution(project: "search") && call.seller == .address)
        var text = ""
        dump(call, to: &text)
        #expect(!text.contains("SECRET"))
    }

    @Test(arguments: [
        ("\"200\"", Outcome.complete, 200), ("200", .complete, 200), ("\"499\"", .interrupted, 499),
        ("\"502\"", .failed, 502), ("\"429\"", .failed, 429),
    ])
    func theStatusTellsTheEnding(_ status: String, _ outcome: Outcome, _ code: Int) throws {
        let call = try call(#""status":\#(status),"request_time":"0.001""#)
        #expect(call.event.outcome == outcome && call.event.status == code && call.event.durationMs == 1)
    }

    @Test func aStatusThatIsNotLoggedIsNoFailure() throws {
        #expect(try call(#""request_time":"0.5""#).event.outcome == .complete)
    }

    @Test(arguments: [#""-""#, #""""#, "null", #""000""#])
    func dashesAreNoValues(_ none: String) throws {
        let call = try call(
            #"""
            "status":\#(none),"request_time":\#(none),"request_id":\#(none),"upstream_header_time":\#(none),
            "upstream_http_inference_id":\#(none),"upstream_http_x_request_id":"-","upstream_http_x_generation_id":"-"
            """#)
        #expect(call.event.status == nil && call.event.outcome == .failed)
        #expect(call.transportID == nil)
        if none != #""000""# {
            #expect(call.event.id == nil && call.event.requestID == nil)
            #expect(call.event.durationMs == nil && call.event.ttfbMs == nil)
        }
    }

    @Test(arguments: [
        #""time":"2026-10-30T12:30:00.5Z""#, #""@timestamp":"2026-10-30T12:30:00.500+00:00""#,
        #""msec":"1793363400.500""#, #""msec":1793363400.500"#,
    ])
    func timesComeInManyForms(_ time: String) throws {
        let call = try onlyCall(.nginx, #"{\#(time),"uri":"/v1/messages","status":"200"}"#)
        #expect(call.event.time.description == "2026-10-30T12:30:00.5Z")
    }

    @Test(arguments: [
        ("30/Oct/2026:12:30:00 +0200", "2026-10-30T10:30:00Z"), ("01/Jan/2026:00:00:00 +0000", "2026-01-01T00:00:00Z"),
        ("31/Dec/2025:23:59:59 -0100", "2026-01-01T00:59:59Z"),
    ])
    func theCommonLogsTimeIsRead(_ text: String, _ time: String) throws {
        let call = try onlyCall(
            .nginx, #"{"time_local":"\#(text)","request":"POST /v1/responses?x=1 HTTP/1.1","status":"200"}"#)
        #expect(call.event.time.description == time)
    }

    @Test(arguments: [
        #""uri":"/health""#, #""uri":"/""#, #""uri":"/v1/models""#, #""request":"GET /v1/chat/completions HTTP/2.0""#,
        #""request":"SECRET""#, #""request_method":"GET","uri":"/v1/chat/completions""#,
        #""request_method":"OPTIONS","uri":"/v1/embeddings""#, #""host":"example.org""#,
    ])
    func otherRequestsAreNoCalls(_ members: String) throws {
        let items = try logItems(.nginx, [#"{"time":"2026-10-30T12:30:00Z","status":"200",\#(members)}"#])
        #expect(items.passed == [.noInference] && items.count == 1)
    }

    @Test(arguments: [
        "/openai/v1/embeddings", "/v1beta/models/gemini-3-pro:streamGenerateContent?alt=sse", "/v1/messages/",
        "/hf-inference/models/org/name", "/model/anthropic.claude/converse-stream", "/api/v1/chat/completions",
    ])
    func pathsOfInferenceAreCalls(_ path: String) throws {
        let call = try onlyCall(.nginx, #"{"time":"2026-10-30T12:30:00Z","status":"200","request_uri":"\#(path)"}"#)
        #expect(call.event.status == 200)
    }

    @Test(arguments: [
        (#""upstream_host":"api.fireworks.ai:443""#, "fireworks"), (#""host":"openrouter.ai""#, "openrouter"),
        (#""upstream_http_openai_processing_ms":"812""#, "openai"),
        (#""sent_http_x_fal_billable_units":"1""#, "fal"), (#""host":"llm.example.org""#, ""),
    ])
    func vendorsAreKnownByAddressAndHeader(_ members: String, _ biller: String) throws {
        let call = try call(#""status":"200",\#(members)"#)
        #expect((call.offering.biller ?? "") == biller)
        #expect(call.seller == (biller.isEmpty ? .assumed : .address))
    }

    /// A proxy of nginx in front of Tally's own says which event a request became.
    @Test func theEventItBecameIsThatEvent() throws {
        let id = "0190163d-8694-739b-aea5-966c26f8ad90"
        let call = try call(#""status":"200","upstream_http_x_tally_event_id":"\#(id)""#)
        #expect(EventIdentity(text: id).map { call.draft.identity == .settled($0) } == true)
    }

    @Test(arguments: [
        (#"{"status":"200","uri":"/v1/messages"}"#, "time is missing; log $time_iso8601"),
        (#"{"status":"200","uri":"/v1/messages","time":"-"}"#, "time is "),
        (#"{"status":"SECRET","uri":"/v1/messages","time":"2026-10-30"}"#, "status is 6 characters of text"),
        (#"{"status":"99","uri":"/v1/messages","time":"2026-10-30"}"#, "status is '99'; write a number from 100"),
        (#"{"status":"200","uri":"/v1/messages","time_local":"30/Okt/2026:12:30:00 +0200"}"#, "time is "),
    ])
    func malformedLinesAreRefused(_ line: String, _ reason: String) throws {
        let failures = try logItems(.nginx, [line]).failures
        #expect(failures.count == 1 && failures[0].hasPrefix(reason), "\(failures)")
    }
}
