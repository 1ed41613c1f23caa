import TallyCore
import Testing

@testable import TallyMetering

struct OTLPLogTests {
    private func attribute(_ name: String, _ value: String) -> String { #"{"key":"\#(name)","value":{\#(value)}}"# }

    private func text(_ name: String, _ value: String) -> String { attribute(name, #""stringValue":"\#(value)""#) }

    private func count(_ name: String, _ value: Int) -> String { attribute(name, #""intValue":"\#(value)""#) }

    private func span(_ attributes: [String], id: String = "a1", members: String = "") -> String {
        #"{"traceId":"5b8e","spanId":"\#(id)","startTimeUnixNano":"1793522000000000000","#
            + #""endTimeUnixNano":"1793522002500000000"\#(members),"attributes":[\#(attributes.joined(separator: ","))]}"#
    }

    private func request(_ spans: [String], resource: String = "") -> String {
        #"{"resourceSpans":[{"resource":{"attributes":[\#(resource)]},"scopeSpans":[{"scope":{},"spans":[\#(spans.joined(separator: ","))]}]}]}"#
    }

    private var chat: [String] {
        [
            text("gen_ai.operation.name", "chat"), text("gen_ai.provider.name", "openai"),
            text("gen_ai.request.model", "gpt-5-mini"), count("gen_ai.usage.input_tokens", 100),
            count("gen_ai.usage.output_tokens", 20),
        ]
    }

    private func call(_ attributes: [String], members: String = "") throws -> LoggedCall {
        try onlyCall(.otlp, request([span(attributes, members: members)]))
    }

    @Test func readsWhoWhenAndHow() throws {
        let record = request(
            [
                span(
                    chat + [
                        text("gen_ai.response.model", "gpt-5-mini-2025-08-07"),
                        text("gen_ai.response.id", "chatcmpl-1"),
                        text("openai.response.service_tier", "flex"), text("user.id", "u"),
                        attribute("gen_ai.request.stream", #""boolValue":true"#),
                        attribute("http.response.status_code", #""intValue":200"#),
                        text("gen_ai.prompt.0.content", "SECRET"),
                        attribute("gen_ai.input.messages", #""arrayValue":{"values":[{"stringValue":"SECRET"}]}"#),
                    ])
            ], resource: text("service.name", "rag-api") + "," + text("deployment.environment", "prod"))
        let call = try onlyCall(.otlp, record)
        #expect(call.event.time.description == "2026-11-01T08:33:20Z" && call.event.durationMs == 2500)
        #expect(
            call.offering
                == Offering(
                    biller: "openai", provider: "openai", model: "gpt-5-mini-2025-08-07", serviceTier: "flex"))
        #expect(call.event.requestID == "chatcmpl-1" && call.event.id == "5b8e:a1")
        #expect(call.event.isStream == true && call.event.status == 200)
        #expect(
            call.event.attribution
                == Attribution(user: "u", tags: ["service.name": "rag-api", "deployment.environment.name": "prod"]))
        var dumped = ""
        dump(call, to: &dumped)
        #expect(!dumped.contains("SECRET"))
    }

    /// A client's instrumentation names the client's maker, not the host it calls.
    @Test(arguments: [
        ("router.huggingface.co", "huggingface", ""), ("https://router.huggingface.co/v1", "huggingface", ""),
        ("openrouter.ai", "openrouter", ""), ("api.groq.com", "groq", "groq"),
    ])
    func theAddressComesBeforeTheProviderNamed(_ address: String, _ biller: String, _ provider: String) throws {
        let call = try call(chat + [text("server.address", address)])
        #expect(call.offering.biller == biller && (call.offering.provider ?? "") == provider)
        #expect(call.seller == .address)
        let unknown = try self.call(chat + [text("server.address", "gateway.internal")])
        #expect(unknown.offering.biller == "openai" && unknown.seller == .stated)
    }

    @Test(arguments: [
        ("aws.bedrock", "bedrock"), ("azure.ai.openai", "azure"), ("gcp.gemini", "google"), ("x_ai", "xai"),
        ("mistral_ai", "mistral"), ("Anthropic", "anthropic"), ("groq", "groq"),
    ])
    func theRegistrysNamesAreTallys(_ named: String, _ biller: String) throws {
        let attributes = [text("gen_ai.operation.name", "chat"), text("gen_ai.system", named)]
        #expect(try call(attributes + [text("gen_ai.request.model", "m")]).offering.biller == biller)
    }

    @Test(arguments: ["intValue", "doubleValue", "stringValue"])
    func olderNamesAndOtherFormsOfNumbersAreRead(_ form: String) throws {
        func number(_ name: String, _ value: Int) -> String {
            attribute(name, form == "stringValue" ? #""stringValue":"\#(value)""# : #""\#(form)":\#(value)"#)
        }
        let call = try call([
            text("llm.request.type", "chat"), text("gen_ai.system", "Anthropic"), text("gen_ai.request.model", "m"),
            number("gen_ai.usage.prompt_tokens", 100), number("gen_ai.usage.completion_tokens", 30),
            number("gen_ai.usage.cache_read_input_tokens", 60),
            number("gen_ai.usage.cache_creation_input_tokens", 10), number("llm.usage.total_tokens", 130),
        ])
        #expect(call.usage == .of([.input: 30, .cacheRead: 60, .cacheWrite5m: 10, .output: 30]))
    }

    /// The convention puts the cache into the input; what exceeds the input cannot be in it.
    @Test func aCacheLargerThanTheInputStandsBesideIt() throws {
        let call = try call(chat + [count("gen_ai.usage.cache_read.input_tokens", 8000)])
        #expect(call.usage == .of([.input: 100, .cacheRead: 8000, .output: 20]))
    }

    @Test(arguments: ["invoke_agent", "execute_tool", "create_agent", "retrieval", "invoke_workflow", ""])
    func onlyInferenceIsACall(_ operation: String) throws {
        let attributes = [text("gen_ai.operation.name", operation)] + chat.dropFirst()
        let items = try logItems(.otlp, [request([span(attributes)])])
        #expect(items.passed == [.noInference] && items.calls.isEmpty)
    }

    @Test func spansThatNameNoOperationAreToldByWhatTheyHold() throws {
        #expect(try call(Array(chat.dropFirst())).usage?[.input] == 100)
        for kind in ["traceloop.span.kind", "openinference.span.kind"] {
            let items = try logItems(.otlp, [request([span(Array(chat.dropFirst()) + [text(kind, "workflow")])])])
            #expect(items.passed == [.noInference])
        }
        let plain = try logItems(.otlp, [request([span([text("http.request.method", "POST")])])])
        #expect(plain.passed == [.noInference])
    }

    @Test(arguments: [#","status":{"code":2}"#, #","status":{"code":"STATUS_CODE_ERROR","message":"SECRET"}"#])
    func errorsAreFailures(_ status: String) throws {
        let call = try call(
            [text("gen_ai.operation.name", "chat"), text("error.type", "429"), text("gen_ai.request.model", "m")],
            members: status)
        #expect(call.event.outcome == .failed && call.event.status == 429 && call.usage == nil)
    }

    /// Resources do not leak into each other, and a bad span is no hindrance to its neighbours.
    @Test func everySpanOfEveryResourceIsRead() throws {
        let bad = span(chat + [count("gen_ai.usage.input_tokens", -1)], id: "bad")
        let first = request([span(chat, id: "1"), bad, span(chat, id: "2")], resource: text("service.name", "one"))
        let second = request([span(chat, id: "3")])
        let both = first.dropLast(2) + "," + second.dropFirst(#"{"resourceSpans":["#.utf8.count)
        let items = try logItems(.otlp, [String(both)])
        #expect(items.calls.map(\.event.id) == ["5b8e:1", "5b8e:2", "5b8e:3"])
        #expect(items.calls.map { $0.event.attribution.tags?["service.name"] } == ["one", "one", nil])
        #expect(
            items.failures == ["gen_ai.usage.input_tokens is '-1'; write a count from 0 to 1000000000000"])
    }

    /// An event's context may be that of a span around several calls, so that the provider's id comes before it.
    @Test func eventsOfWholeCallsAreCalls() throws {
        func log(_ attributes: [String], members: String = "") -> String {
            #"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"5B8E","spanId":"a1","#
                + #""timeUnixNano":"1793522000000000000"\#(members),"attributes":[\#(attributes.joined(separator: ","))]}]}]}]}"#
        }
        let name = "gen_ai.client.inference.operation.details"
        let call = try onlyCall(.otlp, log(chat, members: #","eventName":"\#(name)""#))
        #expect(call.usage == .of([.input: 100, .output: 20]) && call.event.id == "5b8e:a1")
        #expect(call.event.time.description == "2026-11-01T08:33:20Z" && call.event.durationMs == nil)
        let named = try onlyCall(.otlp, log(chat + [text("gen_ai.response.id", "chatcmpl-1")]))
        #expect(named.event.requestID == "chatcmpl-1" && named.event.id == nil)
        let uncounted = Array(chat.prefix(3))
        let failed = try onlyCall(
            .otlp, log(uncounted + [text("event.name", name), text("error.type", "timeout")]))
        #expect(failed.usage == nil && failed.event.outcome == .failed)
        #expect(try logItems(.otlp, [log(uncounted)]).passed == [.noUsage])
        #expect(try logItems(.otlp, [log([text("event.name", "gen_ai.choice")])]).passed == [.noInference])
    }

    @Test func otherSignalsAreNoCalls() throws {
        #expect(try logItems(.otlp, [#"{"resourceMetrics":[]}"#]).passed == [.noInference])
        #expect(try logItems(.otlp, [#"{"resourceSpans":[]}"#]).isEmpty)
        #expect(
            try logItems(.otlp, [#"{"spans":[]}"#]).failures == [
                "resourceSpans is missing; write one export request of spans a line"
            ])
        #expect(
            try logItems(.otlp, [request([#"{"attributes":[\#(chat.joined(separator: ","))]}"#])]).failures
                == ["startTimeUnixNano is missing; every record needs its time"])
    }

    /// I9: what cannot be of use is not kept, however long it is.
    @Test func hostileSizesAreHarmless() throws {
        let long = String(repeating: "x", count: 100_000)
        let call = try call(
            chat + [text("gen_ai.\(long)", "y"), text("user.id", long), text("gen_ai.response.model", long)])
        #expect(call.offering.model == "gpt-5-mini" && call.event.attribution.user == nil)
        let many = (0..<20_000).map { count("gen_ai.usage.unheard_of_\($0)", $0) }
        #expect(try self.call(chat + many).usage == .of([.input: 100, .output: 20]))
    }
}
