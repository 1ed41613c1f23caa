/// The shape of a provider's answer, by the name the interface gives it.
package enum APIFlavor: String, Sendable, Hashable, CaseIterable {
    /// OpenAI chat completions and completions, and everyone who answers in their shape.
    case chat
    /// OpenAI's Responses API.
    case responses
    /// Embeddings, as OpenAI and Cohere answer them.
    case embeddings
    /// OpenAI's image generation and editing.
    case images
    /// OpenAI's transcription, translation and speech.
    case audio
    /// OpenAI's Realtime API.
    case realtime
    /// Anthropic's Messages API.
    case anthropic
    /// Google's generateContent.
    case gemini
    /// Amazon Bedrock's Converse.
    case bedrock
    /// Cohere's billed units.
    case cohere
    /// Cohere's raw tokens, which are not what it bills.
    case tokens
    /// fal, which counts billable units in a header.
    case fal
    /// Replicate, which counts seconds.
    case replicate
    /// Hugging Face's own inference servers, which count in headers.
    case huggingFaceInference = "hf-inference"
    /// The provider's native shape.
    case native = "default"

    /// Every name, for messages.
    package static let names = allCases.map(\.rawValue)

    /// What reads this shape; `nil` for the native one, which depends on the provider.
    var format: (any ProviderFormat.Type)? {
        switch self {
        case .chat: ChatFormat.self
        case .embeddings: EmbeddingsFormat.self
        case .responses: ResponsesFormat.self
        case .images: ImagesFormat.self
        case .audio: AudioFormat.self
        case .realtime: RealtimeFormat.self
        case .anthropic: AnthropicFormat.self
        case .gemini: GeminiFormat.self
        case .bedrock: BedrockFormat.self
        case .cohere: CohereFormat.self
        case .tokens: CohereTokensFormat.self
        case .fal: FalFormat.self
        case .replicate: ReplicateFormat.self
        case .huggingFaceInference: InferenceServerFormat.self
        case .native: nil
        }
    }
}
