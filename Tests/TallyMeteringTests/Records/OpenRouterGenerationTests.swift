import FastJSON
import TallyCore
import Testing

@testable import TallyMetering

/// OpenRouter's answers about single calls (facts, section 2).
struct OpenRouterGenerationTests {
    private func read(_ members: String, of id: String = "gen-1") throws -> UsageEvent {
        var aliases = ProviderAliases()
        aliases.add("fireworks ai", for: "fireworks")
        let json = #"{"data":{"id":"gen-1","created_at":"2026-10-30T12:00:00.5+00:00","total_cost":0.0021"#
        return try JSONParser().withDocument("\(json)\(members)}}") {
            try OpenRouterGeneration.read($0, of: id, aliases: aliases)
        }
    }

    @Test func aCancelledStreamHasItsUsageAndItsBill() throws {
        let event = try read(
            """
            ,"model":"anthropic/claude-sonnet-4.6","provider_name":"Fireworks AI","service_tier":"priority",
            "is_byok":false,"upstream_inference_cost":0.0021,"cancelled":true,"streamed":true,"latency":412,
            "generation_time":2150.7,"native_tokens_prompt":4200,"native_tokens_cached":3000,
            "native_tokens_completion":500,"native_tokens_reasoning":120,"native_tokens_completion_images":0,
            "tokens_prompt":3900,"tokens_completion":450,"session_id":null
            """)
        #expect(event.time.description == "2026-10-30T12:00:00.5Z" && event.requestID == "gen-1")
        #expect(
            event.offering
                == Offering(
                    biller: "openrouter", provider: "fireworks", model: "anthropic/claude-sonnet-4.6", route: .routed,
                    serviceTier: "priority"))
        #expect(!event.isSellerAssumed)
        #expect(
            event.usage?.entries.map { "\($0.usageClass.name) \($0.quantity)" }
                == ["input 1200", "cache_read 3000", "output 500", "reasoning 120"])
        // What it costs upstream is within it, unless the key is the customer's own.
        #expect(event.billedCost?.description == "0.0021" && event.reportedCost == nil)
        #expect(event.outcome == .interrupted && event.isStream == true)
        #expect(event.durationMs == 2150 && event.ttfbMs == 412)
        #expect(try read("").identity == event.identity)
    }

    @Test func aKeyOfOnesOwnIsBilledByBoth() throws {
        let event = try read(#","is_byok":true,"upstream_inference_cost":0.0128"#)
        #expect(event.billedCost?.description == "0.0149" && event.offering.route == .ownKey)
        #expect(event.offering.provider == nil && event.usage == nil && event.outcome == .complete)
        // The fee alone is not what the call cost.
        #expect(try read(#","is_byok":true,"upstream_inference_cost":null"#).billedCost == nil)
    }

    @Test(arguments: [(300, 100, 200, 50), (120, 100, 120, 50), (350, 100, 250, 0)])
    func picturesAreAPartOfTheOutput(completion: Int, images: Int, output: Int64, reasoning: Int) throws {
        let event = try read(
            #","native_tokens_prompt":10,"native_tokens_completion":\#(completion),"#
                + #""native_tokens_reasoning":\#(reasoning),"native_tokens_completion_images":\#(images)"#)
        #expect(event.usage?[.output] == output && event.usage?[.outputImage] == Int64(images))
    }

    @Test(arguments: [
        (#"{"error":{"code":404}}"#, "data is missing"), (#"{"data":{"id":"gen-2"}}"#, "data.id is not the id"),
        (#"{"data":{"id":"gen-1"}}"#, "data.created_at is missing"),
        (#"{"data":{"id":"gen-1","created_at":"2026-10-30T12:00:00Z"}}"#, "data.total_cost is missing"),
        (#"{"data":{"id":"gen-1","created_at":"2026-10-30T12:00:00Z","total_cost":-1}}"#, "data.total_cost"),
        (
            #"{"data":{"id":"gen-1","created_at":"2026-10-30T12:00:00Z","total_cost":1,"native_tokens_prompt":-4}}"#,
            "data.native_tokens_prompt"
        ),
    ])
    func whatIsNoAnswerIsRefused(json: String, reason: String) throws {
        let failure = try #require(throws: RecordFailure.self) {
            try JSONParser().withDocument(json) {
                _ = try OpenRouterGeneration.read($0, of: "gen-1", aliases: ProviderAliases())
            }
        }
        #expect(failure.description.contains(reason), "\(failure)")
    }
}
