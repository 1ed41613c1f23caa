import FastJSON
import TallyCore
import TallyMetering
import Testing

/// A flavor that is named is read as the provider defines it and no wider; without one it is found.
struct FlavorTests {
    private static let chat = #"""
        {"usage":{"prompt_tokens":100,"completion_tokens":50,"total_tokens":180,"cached_tokens":7,"reasoning_tokens":20,
        "citation_tokens":5,"num_search_queries":3,
        "prompt_tokens_details":{"cached_tokens":40,"cache_write_tokens":10,"audio_tokens":5,"image_tokens":2},
        "completion_tokens_details":{"reasoning_tokens":30,"audio_tokens":4}}}
        """#

    /// The parts that each host states of the same body (genai-prices, extractors).
    @Test(
        arguments: [
            (
                ["openai", "openrouter", "ovhcloud", "huggingface_groq", "huggingface/cerebras", "together"],
                [.input: 45, .cacheRead: 40, .inputAudio: 5, .output: 46, .reasoning: 30, .outputAudio: 4]
            ),
            (
                ["azure", "google"],
                [.input: 55, .cacheRead: 40, .inputAudio: 5, .output: 46, .reasoning: 30, .outputAudio: 4]
            ),
            (
                ["deepseek", "fireworks-ai"],
                [.input: 60, .cacheRead: 40, .output: 46, .reasoning: 30, .outputAudio: 4]
            ),
            (["minimax", "moonshotai", "zai", "zhipuai"], [.input: 60, .cacheRead: 40, .output: 50, .reasoning: 30]),
            (["doubleword"], [.input: 50, .cacheRead: 40, .output: 50, .reasoning: 30]),
            (["modal"], [.input: 50, .cacheRead: 40, .output: 50, .reasoning: 20]),
            (["cerebras"], [.input: 100, .output: 50, .reasoning: 30]),
            (["anthropic"], [.input: 93, .cacheRead: 7, .output: 50, .reasoning: 30]),
            (["x-ai"], [.input: 60, .cacheRead: 40, .output: 76, .reasoning: 30, .outputAudio: 4]),
        ] as [([String], KeyValuePairs<UsageClass, Int64>)])
    func aNamedChatHasTheFieldsOfItsHost(_ providers: [String], _ expected: KeyValuePairs<UsageClass, Int64>) throws {
        for provider in providers {
            var usage = try #require(try read(Self.chat, as: .chat, of: provider).usage)
            // Of what lifetime written tokens are is a rule of its own.
            usage[.cacheWrite5m] = nil
            usage[.cacheWrite30m] = nil
            #expect(usage == .of(expected), "\(provider)")
        }
    }

    @Test func theNativeShapeIsThatOfTheProvider() throws {
        #expect(
            try read(Self.chat, as: .native, of: "groq").usage
                == .of([.input: 55, .cacheRead: 40, .inputAudio: 5, .output: 46, .reasoning: 30, .outputAudio: 4]))
        #expect(
            try read(Self.chat, as: .native, of: "mistral").usage
                == .of([.input: 60, .cacheRead: 40, .output: 50, .reasoning: 30]))
        #expect(
            try read(Self.chat, as: .native, of: "xai").usage
                == .of([.input: 93, .cacheRead: 7, .output: 70, .reasoning: 20]))
        #expect(
            try read(Self.chat, as: .native, of: "perplexity").usage
                == .of([.input: 100, .output: 75, .reasoning: 20, .webSearches: 3]))
        let anthropic = #"{"usage":{"input_tokens":3,"output_tokens":4,"cache_read_input_tokens":5}}"#
        for provider in ["anthropic", "minimax"] {
            #expect(
                try read(anthropic, as: .native, of: provider).usage == .of([.input: 3, .cacheRead: 5, .output: 4]))
        }
        let bedrock = #"""
            {"usage":{"inputTokens":3,"outputTokens":4,"totalTokens":16,"cacheReadInputTokens":5,
            "cacheWriteInputTokens":4,"cacheDetails":[{"inputTokens":4,"ttl":"1h"}]}}
            """#
        #expect(
            try read(bedrock, as: .native, of: "bedrock").usage
                == .of([.input: 3, .cacheRead: 5, .cacheWrite5m: 4, .output: 4]))
        // Nobody has defined one for these: it is found.
        #expect(try read(anthropic, as: .native, of: "openai").flavor == .anthropic)
    }

    @Test func anotherShapeInTheBodyIsNotRead() throws {
        let anthropic = #"""
            {"type":"message","usage":{"input_tokens":3,"output_tokens":4,"cache_read_input_tokens":5,
            "cache_creation_input_tokens":6,"server_tool_use":{"web_search_requests":2}}}
            """#
        #expect(try read(anthropic, as: .responses, of: "azure").usage == .of([.input: 3, .output: 4]))
        #expect(
            try read(anthropic, as: .anthropic, of: "azure").usage
                == .of([.input: 3, .cacheRead: 5, .cacheWrite5m: 6, .output: 4]))
        #expect(
            try read(anthropic, as: .anthropic, of: "anthropic").usage
                == .of([.input: 3, .cacheRead: 5, .cacheWrite5m: 6, .output: 4, .webSearches: 2]))
        #expect(try read(anthropic, as: .chat, of: "openai").usage == nil)
        // The total of the whole call is no matter of its embeddings.
        let embeddings = try read(Self.chat, as: .embeddings, of: "openai")
        #expect(embeddings.usage == .of([.input: 100]) && embeddings.warnings == [])
        let responses =
            #"{"usage":{"input_tokens":9,"input_tokens_details":{"cached_tokens":4},"output_tokens":2,"total_tokens":11}}"#
        #expect(try read(responses, as: .anthropic, of: "azure").usage == .of([.input: 9, .output: 2]))
    }

    @Test func aTotalThatContradictsANamedFlavorIsAWarning() throws {
        let body = #"{"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":9}}"#
        let named = try read(body, as: .chat, of: "openai")
        #expect(named.usage == .of([.input: 3, .output: 4]) && named.warnings == [.totalsContradict])
        let found = try read(body)
        #expect(found.usage == nil && found.warnings == [.totalsContradict] && found.refusal == nil)
    }

    @Test(
        arguments: [
            (#"{"usage":{"prompt_tokens":1,"completion_tokens":1}}"#, "", .chat),
            (#"{"prompt_tokens":1,"completion_tokens":1}"#, "", .chat),
            (#"{"object":"list","data":[],"usage":{"prompt_tokens":1,"total_tokens":1}}"#, "", .embeddings),
            (#"{"usage":{"prompt_tokens":1}}"#, "/v1/embeddings?x=1", .embeddings),
            (#"{"usage":{"input_tokens":1,"output_tokens":1}}"#, "", .responses),
            (#"{"usage":{"input_tokens":1,"output_tokens":1}}"#, "/v1/messages", .anthropic),
            (#"{"type":"message","usage":{"input_tokens":1,"output_tokens":1}}"#, "", .anthropic),
            (#"{"usage":{"input_tokens":1,"cache_creation_input_tokens":0}}"#, "/v1/responses", .anthropic),
            (#"{"usage":{"input_tokens":1,"input_tokens_details":{}},"data":[]}"#, "", .images),
            (#"{"usage":{"input_tokens":1}}"#, "/v1/images/edits", .images),
            (#"{"created":1,"data":[{"url":"x"}]}"#, "/v1/images/generations", .images),
            (#"{"usage":{"type":"duration","seconds":1}}"#, "", .audio),
            (#"{"usageMetadata":{"promptTokenCount":1}}"#, "", .gemini),
            (#"{"usage":{"inputTokens":1}}"#, "", .bedrock),
            (#"{"promptTokenCount":1}"#, "", .gemini), (#"{"inputTokens":1}"#, "", .bedrock),
            (#"{"usage":{"server_tool_use":{},"cache_creation_input_tokens":0,"prompt_tokens":1}}"#, "", .chat),
            (#"{"meta":{"billed_units":{"search_units":1}}}"#, "", .cohere),
            (#"{"usage":{"billed_units":{"input_tokens":1}}}"#, "", .cohere),
            (#"{"metrics":{"predict_time":1}}"#, "", .replicate),
            (#"{"generated_text":"x","details":{"generated_tokens":1}}"#, "", .huggingFaceInference),
            (#"{"choices":[]}"#, "/v1/chat/completions", nil), ("{}", "", nil), ("[]", "", nil), ("7", "", nil),
        ] as [(String, String, APIFlavor?)])
    func aFlavorNobodyNamedIsFound(_ body: String, _ path: String, _ flavor: APIFlavor?) throws {
        let read = try read(body, Exchange(path: path))
        #expect(read.flavor == flavor && read.refusal == nil)
        #expect((read.usage != nil) == (flavor != nil))
    }

    @Test func theProviderDecidesWhereTheBodyDoesNot() throws {
        let body = #"{"usage":{"input_tokens":1,"output_tokens":1}}"#
        #expect(try read(body, Exchange(provider: "anthropic")).flavor == .anthropic)
        #expect(try read(body, Exchange(biller: "openai")).flavor == .responses)
    }

    /// Hugging Face's servers bill seconds, whatever tokens their chat counts.
    @Test func theSecondsOfAServerStandBesideItsTokens() throws {
        let body = #"{"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#
        let headers = ["x-compute-time": "0.75", "x-generated-tokens": "2"]
        let read = try read(body, Exchange(path: "/hf-inference/models/m/v1/chat/completions", headers: headers))
        #expect(read.usage == .of([.input: 3, .output: 2, .computeSeconds: 750_000]))
    }

    @Test func whoServedBehindARouterDecidesTheReading() throws {
        let details = #""completion_tokens_details":{"reasoning_tokens":4}"#
        let body = #"{"usage":{"prompt_tokens":3,"completion_tokens":2,\#(details)}}"#
        for exchange in [
            Exchange(provider: "huggingface/xai"), Exchange(provider: "xai", biller: "huggingface"),
            Exchange(biller: "huggingface", headers: ["x-inference-provider": "xai"]),
        ] {
            #expect(try read(body, exchange).usage == .of([.input: 3, .output: 6, .reasoning: 4]))
        }
        // Named, it is the router's shape.
        #expect(
            try read(#"{"usage":{"prompt_tokens":3,"completion_tokens":2}}"#, as: .chat, of: "huggingface_xai").usage
                == .of([.input: 3, .output: 2]))
    }

    @Test func everyNameIsKnown() {
        let names = [
            "chat", "responses", "embeddings", "images", "audio", "realtime", "anthropic", "gemini", "bedrock",
            "cohere",
            "tokens", "fal", "replicate", "hf-inference", "default",
        ]
        #expect(APIFlavor.names == names)
        for name in names { #expect(APIFlavor(rawValue: name)?.rawValue == name) }
        #expect(APIFlavor(rawValue: "Chat") == nil)
    }
}
