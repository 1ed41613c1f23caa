/// What a model name asks of Hugging Face's router behind its last colon: `openai/gpt-oss-120b:groq`, `…:cheapest`.
///
/// The suffix is not a part of the model, and it says who was asked, not who served (Hugging Face, inference-providers
/// `index.md`). Elsewhere a colon belongs to the name: `:free` of OpenRouter is a model of its own.
public struct ModelPin: Sendable, Equatable {
    /// The name without the suffix.
    public let model: String
    /// The provider asked for, as it was written; `nil` when the suffix is a policy.
    public let provider: String?

    private static let biller = "huggingface"
    private static let policies: Set<String> = ["fastest", "cheapest", "preferred"]

    /// Takes a name apart; `nil` when it has no suffix that is known to be one.
    ///
    /// - Parameters:
    ///   - model: The name, in lower case.
    ///   - biller: Who bills, in its one spelling.
    ///   - isProvider: Whether a suffix names a provider of the biller.
    init?(_ model: String, biller: String, isProvider: (String) -> Bool) {
        guard biller == Self.biller, let colon = model.lastIndex(of: ":") else { return nil }
        let suffix = String(model[model.index(after: colon)...])
        if Self.policies.contains(suffix) {
            provider = nil
        } else if isProvider(suffix) {
            provider = suffix
        } else {
            return nil
        }
        self.model = String(model[..<colon])
    }
}
