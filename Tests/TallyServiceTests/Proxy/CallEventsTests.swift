import CurlTransport
import TallyCore
import TallyMetering
import Testing

@testable import TallyService

struct CallEventsTests {
    private static let usage = #""usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}"#
    private static let body = #"{"id":"gen-1","model":"vendor/id",\#(usage)}"#

    @Test func theEventHasAllThatIsKnown() throws {
        var call = RelayedCall(model: "openai/gpt-oss-120b:groq", account: "acme", body: Self.body)
        call.headers = [("X-Inference-Provider", "groq"), ("Retry-After", "2"), ("RateLimit", #""api";r=7;t=9"#)]
        let event = try call.event()
        var expected = UsageEvent(identity: RelayedCall.identity, time: try instant("2026-06-01T12:00:00Z"))
        expected.offering = Offering(
            biller: "huggingface", provider: "groq", model: "openai/gpt-oss-120b", route: .routed, account: "acme")
        expected.usage = UsageBuckets()
        expected.usage?[.input] = 10
        expected.usage?[.output] = 2
        expected.requestID = "gen-1"
        expected.status = 200
        expected.durationMs = 812
        expected.ttfbMs = 140
        expected.isStream = false
        var details = CallDetails()
        details.upstream = "huggingface"
        details.requestedModel = "openai/gpt-oss-120b:groq"
        details.requestBytes = 100
        details.retryAfterMs = 2000
        details.rateLimitRemaining = 7
        details.rateLimitResetMs = 9000
        expected.details = details
        #expect(event == expected)
    }

    /// The event that the spool keeps is the one that is stored.
    @Test func theEventComesBackFromTheSpool() throws {
        var call = RelayedCall(
            model: "m\u{e9}\t:cheapest", account: "a", status: 799,
            headers: [
                ("x-inference-provider", "together\t"), ("Retry-After", "1000000.5"), ("x-generation-id", "g\u{1}"),
            ],
            body: #"{"error":"…","estimated_time":1e300}"#)
        for failure in [nil, TransferFailure.cutOff(detail: "x")] {
            call.failure = failure
            for event in try call.events() {
                var reader = try SpoolReader(aliases: ProviderAliases())
                #expect(try reader.event(EventRecordWriter.record(of: event)) == event)
            }
        }
    }

    @Test func otherModelsHaveEventsOfTheirOwn() throws {
        var call = RelayedCall(uri: "/anthropic/v1/messages", model: "claude-opus-4-8")
        call.body = #"""
            {"id":"msg_1","type":"message","model":"claude-opus-4-8","usage":{"input_tokens":5,"output_tokens":6,
            "iterations":[{"type":"message","input_tokens":5,"output_tokens":6},
            {"type":"advisor_message","model":"claude-haiku-4-5","input_tokens":7,"output_tokens":8}]}}
            """#
        let events = try call.events()
        #expect(events.map(\.offering.model) == ["claude-opus-4-8", "claude-haiku-4-5"])
        #expect(events.map { $0.usage?[.output] } == [6, 8])
        #expect(events.map(\.requestID) == ["msg_1", nil])
        #expect(events[1].identity == EventIdentity(partOf: RelayedCall.identity, number: 0))
        #expect(events[1].details == nil && events[0].details != nil)
        #expect(events.allSatisfy { $0.offering.biller == "anthropic" && $0.offering.provider == "anthropic" })
    }

    // MARK: Who serves and who bills

    @Test(
        arguments: [
            // What is asked for, who is said to serve; the model and provider of the event.
            ("a/b", nil, "a/b", nil), ("a/b", "together", "a/b", "together"), ("a/b:groq", nil, "a/b", "groq"),
            ("a/b:groq", "groq", "a/b", "groq"), ("a/b:groq", "together", "a/b", "together"),
            ("a/b:groq", "", "a/b", "groq"), ("a/b:fastest", nil, "a/b", nil), ("a/b:cheapest", nil, "a/b", nil),
            ("a/b:preferred", "novita", "a/b", "novita"), ("a/b:", nil, "a/b", nil), (":groq", nil, nil, "groq"),
            (nil, "groq", "vendor/id", "groq"),
        ] as [(String?, String?, String?, String?)])
    func behindHuggingFaceTheModelIsTheHubs(
        asked: String?, said: String?, model: String?, provider: String?
    ) throws {
        var call = RelayedCall(model: asked, body: Self.body)
        if let said { call.headers = [("x-inference-provider", said)] }
        let offering = try call.event().offering
        #expect(offering == Offering(biller: "huggingface", provider: provider, model: model, route: .routed))
    }

    @Test(
        arguments: [
            ("/huggingface/together/v1/chat/completions", nil, "together", Route.routed),
            ("/huggingface/together/v1/chat/completions", "novita", "novita", .routed),
            ("/huggingface/together/v1/chat/completions", "", "together", .routed),
            ("/huggingface/hf-inference/models/a/b", nil, "hf-inference", .serverless),
            ("/huggingface/v1/chat/completions", "hf-inference", "hf-inference", .serverless),
            ("/hf-inference/models/a/b", nil, "hf-inference", .serverless),
        ] as [(String, String?, String, Route)])
    func aProviderRouteSaysWhoServes(uri: String, said: String?, provider: String, route: Route) throws {
        var call = RelayedCall(uri: uri, model: "a/b:c", body: Self.body)
        if let said { call.headers = [("x-inference-provider", said)] }
        let offering = try call.event().offering
        #expect(offering.biller == "huggingface" && offering.provider == provider && offering.route == route)
        // On a provider's own path the model is the provider's, whose names may have a colon.
        let isProviders = uri.hasPrefix("/huggingface/together")
        #expect(offering.model == (isProviders ? "a/b:c" : uri.contains("models/") ? "a/b" : "a/b"))
    }

    /// The clients of Hugging Face say the model in the path, and beside it in the body whatever the server expects.
    @Test(arguments: [
        "/hf-inference/models/org/name/v1/chat/completions", "/huggingface/hf-inference/models/org/name",
        "/hf-inference/models/org/name/pipeline/feature-extraction?x=1", "/own/models/org/name",
    ])
    func theModelOfAServerlessCallIsInItsPath(uri: String) throws {
        let settings = """
            upstreams:
              own:
                base_url: https://router.huggingface.co/hf-inference
                biller: huggingface
                provider: hf-inference
                route: serverless
            """
        for asked in ["dummy", "tgi", nil] {
            let offering = try RelayedCall(uri: uri, settings: settings, model: asked, body: "[[0.5]]").event().offering
            #expect(offering.model == "org/name" && offering.route == .serverless)
        }
    }

    @Test(arguments: [
        ("together", "together"), ("Together", "Together"), ("fireworks-ai", "fireworks-ai"),
        ("fireworks", "fireworks"),
    ])
    func ownKeysAreBilledByTheProvider(said: String, biller: String) throws {
        let settings = "upstreams: { huggingface: { own_key_providers: [together, fireworks] } }"
        var call = RelayedCall(settings: settings, model: "a/b", body: Self.body)
        call.headers = [("x-inference-provider", said)]
        #expect(try call.event().offering == Offering(biller: biller, provider: said, model: "a/b", route: .ownKey))
        call.headers = [("x-inference-provider", "groq")]
        #expect(try call.event().offering.route == .routed)
        call.headers = []
        #expect(try call.event().offering == Offering(biller: "huggingface", model: "a/b", route: .routed))
        call.uri = "/huggingface/together/v1/chat/completions"
        #expect(try call.event().offering.route == .ownKey)
    }

    @Test(
        arguments: [
            ("/openai/v1/chat/completions", "openai", "openai", Route.direct),
            ("/gemini/chat/completions", "google", "google", .direct),
            ("/groq/v1/chat/completions", "groq", "groq", .direct), ("/fal/fal-ai/flux", "fal", "fal", .direct),
            ("/openrouter/v1/chat/completions", "openrouter", nil, .routed),
        ] as [(String, String, String?, Route)])
    func aDirectUpstreamServesItself(uri: String, biller: String, provider: String?, route: Route) throws {
        let offering = try RelayedCall(uri: uri, model: "asked:x", body: Self.body).event().offering
        #expect(offering == Offering(biller: biller, provider: provider, model: "vendor/id", route: route))
        let unsaid = try RelayedCall(uri: uri, model: "asked:x", body: "{}").event().offering
        #expect(unsaid.model == "asked:x")
    }

    @Test func openRouterNamesWhoServes() throws {
        let body =
            #"{"id":"gen-1","model":"meta/llama","provider":"DeepInfra","usage":{"prompt_tokens":1,"completion_tokens":1,"cost":0.5}}"#
        let event = try RelayedCall(uri: "/openrouter/v1/chat/completions", model: "x", body: body).event()
        #expect(event.offering.provider == "DeepInfra" && event.offering.route == .routed)
        #expect(event.reportedCost == Money(picodollars: 500_000_000_000))
    }
}
