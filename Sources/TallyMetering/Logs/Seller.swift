internal import TallyCore

/// Who sells a call, as far as what a log says of it tells.
enum Seller {
    /// Whoever answers at an address: the biller, and the provider where the address alone tells it.
    ///
    /// - Parameter address: A URL, or a host with or without a port.
    /// - Returns: `nil` for an address nobody is known by, such as a gateway of one's own.
    static func at(address: String) -> EventParts.Seller? {
        let (host, path) = split(address)
        var seller = EventParts.Seller()
        if host == "router.huggingface.co" {
            seller.biller = "huggingface"
            seller.provider = routedProvider(path: path)
            return seller
        }
        if host == "api-inference.huggingface.co" {
            seller.biller = "huggingface"
            seller.provider = "hf-inference"
            return seller
        }
        guard let name = known[host] ?? suffixes.first(where: { host.hasSuffix($0.suffix) })?.name else { return nil }
        seller.biller = name
        return seller
    }

    /// The provider as LiteLLM names it, in Tally's spelling (LiteLLM, `constants.py`); `nil` for the names that stand
    /// for no provider.
    static func named(byLiteLLM name: String) -> String? {
        let lower = name.lowercased()
        if lower == "litellm_proxy" || lower.hasPrefix("custom") || lower.isEmpty { return nil }
        return liteLLM[lower] ?? lower
    }

    /// The provider as OpenTelemetry's GenAI conventions and their older instrumentations name it, in Tally's spelling;
    /// `nil` for the names that stand for no provider.
    static func named(byOpenTelemetry name: String) -> String? {
        let lower = name.lowercased()
        if lower == "_other" || lower == "langchain" || lower.isEmpty { return nil }
        return openTelemetry[lower] ?? lower
    }

    /// The provider as Helicone names it, in Tally's spelling; `nil` for the names that stand for no provider.
    static func named(byHelicone name: String) -> String? {
        let lower = name.lowercased()
        if lower == "custom" || lower == "unknown" || lower.isEmpty { return nil }
        return helicone[lower] ?? lower
    }

    /// The maker of a model that names itself unmistakably, who usually sells it.
    static func maker(ofModel model: String) -> String? {
        let lower = model.lowercased()
        return makers.first { lower.hasPrefix($0.prefix) }?.name ?? nil
    }

    /// The class of cache writes without a stated lifetime: OpenAI's is half an hour, everybody else's Anthropic's five
    /// minutes (facts, 4.1 and 4.3).
    static func unsplitWrites(of seller: EventParts.Seller) -> UsageClass {
        switch seller.provider ?? seller.biller {
        case "openai", "azure": .cacheWrite30m
        default: .cacheWrite5m
        }
    }

    private static func split(_ address: String) -> (host: String, path: Substring) {
        var rest = Substring(address.lowercased())
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = (authority.split(separator: "@").last ?? "").prefix { $0 != ":" }
        return (String(host), rest[authority.endIndex...])
    }

    /// The provider in the path of one of the router's provider routes; the router's own API has none.
    private static func routedProvider(path: Substring) -> String? {
        guard let first = path.split(separator: "/").first, first != "v1", first.utf8.count <= 64 else { return nil }
        return String(first)
    }

    /// Hosts of providers' APIs (facts, 1.1; LiteLLM's and the vendors' documented base addresses).
    private static let known: [String: String] = [
        "openrouter.ai": "openrouter", "api.openai.com": "openai", "api.anthropic.com": "anthropic",
        "generativelanguage.googleapis.com": "google", "api.together.xyz": "together", "api.together.ai": "together",
        "api.fireworks.ai": "fireworks", "api.groq.com": "groq", "api.cerebras.ai": "cerebras",
        "api.novita.ai": "novita", "api.deepinfra.com": "deepinfra", "api.cohere.com": "cohere",
        "api.cohere.ai": "cohere", "api.mistral.ai": "mistral", "api.deepseek.com": "deepseek", "api.x.ai": "xai",
        "fal.run": "fal", "queue.fal.run": "fal", "api.replicate.com": "replicate", "api.perplexity.ai": "perplexity",
        "api.z.ai": "zai-org", "api.wavespeed.ai": "wavespeed", "api.sambanova.ai": "sambanova",
    ]

    private static let suffixes: [(suffix: String, name: String)] = [
        (".openai.azure.com", "azure"), (".services.ai.azure.com", "azure"), (".openai.com", "openai"),
    ]

    private static let liteLLM: [String: String] = [
        "together_ai": "together", "fireworks_ai": "fireworks", "fal_ai": "fal", "azure_ai": "azure",
        "azure_text": "azure", "text-completion-openai": "openai", "cohere_chat": "cohere", "gemini": "google",
        "bedrock_converse": "bedrock", "anthropic_text": "anthropic", "featherless_ai": "featherless-ai",
    ]

    /// Of the registry, and the capitalised names older instrumentations write.
    private static let openTelemetry: [String: String] = [
        "aws.bedrock": "bedrock", "aws": "bedrock", "azure.ai.openai": "azure", "azure.ai.inference": "azure",
        "az.ai.openai": "azure", "az.ai.inference": "azure", "gcp.gemini": "google", "gcp.gen_ai": "google",
        "gcp.vertex_ai": "vertex_ai", "mistral_ai": "mistral", "mistralai": "mistral", "x_ai": "xai",
        "together.ai": "together", "togetherai": "together", "together_ai": "together", "fireworks_ai": "fireworks",
    ]

    private static let helicone: [String: String] = [
        "aws": "bedrock", "togetherai": "together", "x": "xai", "fireworks-ai": "fireworks",
        "google_ai_studio": "google", "vertex": "vertex_ai",
    ]

    /// The open models among them are sold by many.
    private static let makers: [(prefix: String, name: String?)] = [
        ("gpt-oss", nil), ("gpt-", "openai"), ("chatgpt-", "openai"), ("o1", "openai"), ("o3", "openai"),
        ("o4-", "openai"), ("text-embedding-3", "openai"), ("text-embedding-ada", "openai"), ("dall-e", "openai"),
        ("whisper-1", "openai"), ("codex-", "openai"), ("claude-", "anthropic"), ("gemini-", "google"),
        ("grok-", "xai"), ("deepseek-chat", "deepseek"), ("deepseek-reasoner", "deepseek"),
        ("mistral-", "mistral"), ("command-r", "cohere"), ("command-a", "cohere"),
    ]
}
