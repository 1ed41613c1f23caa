/// The companies whose answers differ from what their shape would say; all others are alike.
enum Host: Sendable {
    case openAI, azure, anthropic, google, aws, cohere, mistral, deepSeek, xAI, groq, openRouter, huggingFace
    case perplexity, miniMax, moonshot, zai, cerebras, fireworks, doubleword, modal, fal, replicate
    case huggingFaceInference, other

    /// Who wrote the body: OpenRouter writes its own usage object, Hugging Face passes on that of who served.
    init(_ exchange: Exchange) {
        let biller = exchange.biller.map(Self.named)
        let provider = (exchange.provider ?? exchange.headers["x-inference-provider"]).map(Self.named)
        self = biller == .openRouter ? .openRouter : provider ?? biller ?? .other
    }

    /// Whether the biller is Hugging Face, behind which the body is the word of another.
    static func isRoutedByHuggingFace(_ exchange: Exchange) -> Bool {
        for name in [exchange.biller, exchange.provider] {
            if let name, Self.behindRouter(name) != nil || Self.named(name) == .huggingFace { return true }
        }
        return exchange.headers["x-inference-provider"] != nil
    }

    /// The company of a name in any of its spellings.
    private static func named(_ name: String) -> Host {
        if let served = behindRouter(name) { return named(served) }
        let isLower = name.utf8.allSatisfy { $0 < UInt8(ascii: "A") || $0 > UInt8(ascii: "Z") }
        return switch isLower ? name : name.lowercased() {
        case "openai": .openAI
        case "azure", "azure.ai.openai", "azure_openai", "azure-openai": .azure
        case "anthropic": .anthropic
        case "google", "gemini", "vertex", "vertexai", "google-vertex", "google_vertex", "gcp.gemini", "gcp.vertex_ai":
            .google
        case "aws", "bedrock", "amazon", "aws.bedrock", "amazon-bedrock": .aws
        case "cohere": .cohere
        case "mistral", "mistralai", "mistral_ai": .mistral
        case "deepseek": .deepSeek
        case "xai", "x-ai", "x_ai": .xAI
        case "groq": .groq
        case "openrouter": .openRouter
        case "huggingface": .huggingFace
        case "perplexity": .perplexity
        case "minimax": .miniMax
        case "moonshotai", "moonshot": .moonshot
        case "zai", "zai-org", "z-ai", "zhipuai": .zai
        case "cerebras": .cerebras
        case "fireworks", "fireworks-ai": .fireworks
        case "doubleword": .doubleword
        case "modal": .modal
        case "fal", "fal-ai": .fal
        case "replicate": .replicate
        case "hf-inference": .huggingFaceInference
        default: .other
        }
    }

    /// The provider in `huggingface/X` or `huggingface_X`.
    private static func behindRouter(_ name: String) -> String? {
        guard name.utf8.count > 12, name.hasPrefix("huggingface/") || name.hasPrefix("huggingface_") else { return nil }
        return String(name.dropFirst(12))
    }

    /// The shape a host answers in of itself; `nil` where that depends on what was called.
    var nativeFlavor: APIFlavor? {
        switch self {
        case .anthropic, .miniMax: .anthropic
        case .google: .gemini
        case .aws: .bedrock
        case .cohere: .cohere
        case .groq, .mistral, .perplexity, .xAI: .chat
        case .fal: .fal
        case .replicate: .replicate
        case .huggingFaceInference: .huggingFaceInference
        case .openAI, .azure, .deepSeek, .openRouter, .huggingFace, .moonshot, .zai, .cerebras, .fireworks,
            .doubleword, .modal, .other:
            nil
        }
    }
}
