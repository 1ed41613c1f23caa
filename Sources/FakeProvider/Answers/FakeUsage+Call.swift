extension FakeUsage {
    /// What a call uses, by the rules of the type.
    init(_ facts: CallFacts, _ script: FakeScript, _ route: Route, requestBytes: Int) {
        prompt = facts.words
        switch route {
        case .chat, .completions, .responses, .messages:
            completion = (facts.maximumTokens ?? script.chunks) * facts.choices
        case .images: completion = 100 * facts.choices
        case .transcription:
            audioSeconds = max(1, requestBytes / 32_000)
            prompt = audioSeconds * 10
            completion = script.chunks
        case .task(_, let task):
            let draws = (task ?? (facts.hasArrayOfInputs ? "feature-extraction" : "text-to-image")) == "text-to-image"
            computeMilliseconds = prompt * (draws ? 100 : 10)
        case .fal: units = facts.choices
        case .embeddings, .speech, .models: break
        }
        cached = min(script.cachedTokens, prompt)
        reasoning = min(script.reasoningTokens, completion)
    }
}
