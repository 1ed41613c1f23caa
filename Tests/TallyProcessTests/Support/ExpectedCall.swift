/// What the events of a scenario in `Clients/scenarios.py` have to say.
struct ExpectedCall {
    /// The upstream, which is a direct biller's but for Hugging Face's and OpenRouter's.
    var upstream: String
    var biller: String
    var provider: String
    var model: String
    var requestedModel: String
    var route = "direct"
    /// The counts above zero; `nil` when they are not known, empty when nothing was used.
    var usage: [String: Double]?
    var cost: String?
    var status = 200
    var outcome = "complete"
    var isStream = false
    var errorType: String?
    var retryAfter: Int?
    var user: String?
    var tags: [String: String] = [:]
    /// The attempts, each of which is an event.
    var events = 1

    /// A call of a biller that serves itself, of seven words and twenty pieces of text.
    static func direct(_ biller: String, _ model: String, cost: String) -> ExpectedCall {
        ExpectedCall(
            upstream: biller, biller: biller, provider: biller, model: model, requestedModel: model,
            usage: ["input": 7, "output": 20], cost: cost)
    }

    static let openAI = direct("openai", "gpt-4o-mini", cost: "0.00001305")
    static let anthropic = direct("anthropic", "claude-sonnet-5", cost: "0.000201").using(["input": 7, "output": 12])
    static let hub = ExpectedCall(
        upstream: "huggingface", biller: "huggingface", provider: "together",
        model: "meta-llama/Llama-3.3-70B-Instruct", requestedModel: "meta-llama/Llama-3.3-70B-Instruct:together",
        route: "routed", usage: ["input": 7, "output": 20], cost: "0.00002376")

    static func inference(_ model: String) -> ExpectedCall {
        ExpectedCall(
            upstream: "hf-inference", biller: "huggingface", provider: "hf-inference", model: model,
            requestedModel: model, route: "serverless")
    }

    func changed(_ change: (inout ExpectedCall) -> Void) -> ExpectedCall {
        var call = self
        change(&call)
        return call
    }

    var streamed: ExpectedCall { changed { $0.isStream = true } }

    func using(_ usage: [String: Double]?, cost: String?) -> ExpectedCall {
        changed { ($0.usage, $0.cost) = (usage, cost) }
    }

    fileprivate func using(_ usage: [String: Double]) -> ExpectedCall { using(usage, cost: cost) }

    /// The stream failed, so that its usage is not known, or only in part.
    func failed(_ type: String, _ usage: [String: Double]? = nil, cost: String? = nil) -> ExpectedCall {
        using(usage, cost: cost).changed { ($0.outcome, $0.errorType) = ("failed", type) }
    }

    /// The provider turned it away, which costs nothing.
    func refused(_ status: Int, _ type: String, retryAfter: Int? = nil) -> ExpectedCall {
        failed(type, [:], cost: "0.00").changed { ($0.status, $0.retryAfter) = (status, retryAfter) }
    }

    /// The client left, and the response was read on to its usage.
    var left: ExpectedCall { changed { ($0.outcome, $0.errorType) = ("interrupted", "cancelled") } }

    /// The expectations by the names of the scenarios.
    static let all: [String: ExpectedCall] = {
        let cached = openAI.using(["input": 4, "cache_read": 3, "output": 20], cost: "0.000012825")
        let reasoned = openAI.using(
            ["input": 4, "cache_read": 3, "output": 20, "reasoning": 4], cost: "0.000012825")
        let embedding = direct("openai", "text-embedding-3-small", cost: "0.00000006").using(["input": 3])
        let image = direct("openai", "gpt-image-1", cost: "0.008025").using(["input": 5, "output": 200, "images": 2])
        let transcription = direct("openai", "gpt-4o-mini-transcribe", cost: "0.00016")
            .using(["input_audio": 20, "output": 20])
        let router = direct("openrouter", "openai/gpt-4o-mini", cost: "0.000047")
        let fromCache = anthropic.using(["input": 5, "cache_read": 2, "output": 12], cost: "0.0001956")
        return [
            "openai chat": reasoned.changed { ($0.user, $0.tags) = ("alice", ["team": "ranking"]) },
            "openai chat, gzip": openAI,
            "openai chat stream": cached.streamed,
            "openai chat stream in pieces": openAI.streamed,
            "openai chat stream with CRLF": openAI.streamed,
            "openai chat stream that fails": openAI.streamed.failed("error_in_stream"),
            "openai chat stream without [DONE]": openAI.streamed,
            "openai chat stream broken off": openAI.streamed.failed("cut_off"),
            "openai chat stream, usage asked": openAI.streamed,
            "openai chat stream, usage asked, gzip": openAI.streamed,
            "openai chat stream, usage declined": openAI.streamed.using(nil, cost: nil),
            "openai chat stream, two choices": openAI.streamed.using(["input": 7, "output": 40], cost: "0.00002505"),
            "openai chat stream, every byte": openAI.streamed,
            "openai chat stream, async": openAI.streamed,
            "openai tools": openAI,
            "openai tools stream": openAI.streamed,
            "openai completions stream": openAI.streamed.using(["input": 2, "output": 20], cost: "0.0000123"),
            "openai responses": reasoned,
            "openai responses stream": reasoned.streamed,
            "openai embeddings": embedding,
            "openai images": image,
            "openai transcription": transcription,
            "openai models": openAI.changed { $0.events = 0 },
            "groq chat stream": direct("groq", "llama-3.3-70b-versatile", cost: "0.00001993").streamed,
            "openrouter chat stream": router.streamed.changed { ($0.provider, $0.route) = ("invented", "routed") },
            "openai 429": openAI.refused(429, "rate_limited", retryAfter: 55_000),
            "openai 402": openAI.refused(402, "credits_exhausted"),
            "openai 503": openAI.refused(503, "unavailable", retryAfter: 20_000),
            "openai 429 for a stream": openAI.refused(429, "rate_limited", retryAfter: 55_000),
            "openai retries": openAI.refused(500, "server_error").changed { $0.events = 2 },
            "openai stream closed": openAI.streamed.using(["input": 7, "output": 100], cost: "0.00006105").left,
            "openai timeout": openAI.left,
            "hub chat": hub,
            "hub chat stream": hub.streamed,
            "hub chat stream, usage asked": hub.streamed,
            // Nothing says what the time in its headers is counted in.
            "hub text to image": inference("black-forest-labs/FLUX.1-dev"),
            "hub feature extraction": inference("BAAI/bge-small-en-v1.5")
                .using(["input": 3, "compute_seconds": 0.03], cost: "0.0000036"),
            "hub 429": hub.refused(429, "rate_limited", retryAfter: 55_000),
            "hub 402": hub.refused(402, "credits_exhausted"),
            "hub 503": hub.refused(503, "loading", retryAfter: 20_000),
            "hub timeout": hub.left,
            "anthropic messages": fromCache,
            "anthropic messages stream": fromCache.streamed,
            "anthropic messages stream that fails": anthropic.streamed
                .failed("error_in_stream", ["input": 7], cost: "0.000021"),
            "anthropic tools stream": anthropic.streamed,
            "anthropic 429": anthropic.refused(429, "rate_limited", retryAfter: 55_000),
            "anthropic 402": anthropic.refused(402, "credits_exhausted"),
            "anthropic 503": anthropic.refused(503, "unavailable", retryAfter: 20_000),
            "anthropic stream closed": anthropic.streamed.left,
        ]
    }()
}
