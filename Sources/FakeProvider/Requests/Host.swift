/// Whose API a call is for, which decides the shape of its answer.
enum Host: Equatable, Sendable {
    case openAI
    case anthropic
    case openRouter
    case groq
    case fal
    /// Hugging Face, and the provider it routes to; `nil` where the model says which.
    case huggingFace(provider: String?)

    /// Providers that Hugging Face routes to, by the first part of their path.
    private static let partners: Set<Substring> = [
        "baseten", "cerebras", "cohere", "deepinfra", "fal-ai", "featherless-ai", "fireworks-ai", "groq",
        "hf-inference", "novita", "nscale", "openai", "ovhcloud", "publicai", "replicate", "scaleway", "together",
        "wavespeed", "zai-org",
    ]

    /// The host that the first parts of a path name.
    ///
    /// The name of a host comes first, behind `huggingface` that of the provider it routes to; the partners of Hugging
    /// Face that have no shape of their own stand for themselves. No name means OpenAI, or Anthropic for its own path.
    init(_ parts: [Substring], isMessages: Bool) {
        switch parts.first {
        case "openai": self = .openAI
        case "anthropic": self = .anthropic
        case "openrouter": self = .openRouter
        case "groq": self = .groq
        case "fal", "fal-ai": self = .fal
        case "huggingface":
            let second = parts.dropFirst().first ?? ""
            self = .huggingFace(provider: Self.partners.contains(second) ? String(second) : nil)
        case .some(let first) where Self.partners.contains(first): self = .huggingFace(provider: String(first))
        default: self = isMessages ? .anthropic : .openAI
        }
    }

    /// The provider that serves a model, told apart from the model's own name.
    ///
    /// - Returns: The model without a suffix such as `:together` or `:fastest`, and who serves it.
    func served(_ model: String) -> (model: String, provider: String?) {
        guard case .huggingFace(let provider) = self else { return (model, nil) }
        guard let colon = model.lastIndex(of: ":") else { return (model, provider ?? "together") }
        let suffix = String(model[model.index(after: colon)...])
        let policies = ["fastest", "cheapest", "preferred"]
        return (String(model[..<colon]), provider ?? (policies.contains(suffix) ? "together" : suffix))
    }

    /// The header in which the host names a request.
    var requestIDField: String { self == .anthropic ? "request-id" : "x-request-id" }

    /// The id of a request, as the host writes it.
    func requestID(_ id: String) -> String {
        switch self {
        case .huggingFace: "Root=1-\(id.prefix(8))-\(id)\(id.suffix(8))"
        case .openAI, .anthropic, .openRouter, .groq, .fal: "req_" + id
        }
    }
}
