internal import FastJSON
internal import NIOCore
internal import TallyCore

/// What the body of a provider's refusal says beyond its status; its message is not kept.
struct ProviderError {
    /// What kind of refusal it is, where the body says more than the status.
    private(set) var type: ErrorType?
    /// How long a model that is still loading says it will take, in milliseconds.
    private(set) var estimatedTimeMs: Int?

    /// Nothing said.
    static let none = ProviderError()

    private init() {}

    /// Reads the body of a response that is an error.
    init(body: ByteBuffer, parser: JSONParser) {
        try? parser.withDocument(Array(body.readableBytesView)) { root in
            if let seconds = root["estimated_time"]?.numberText?.string, let decimal = DecimalText(seconds),
                case .success(let milliseconds) = decimal.truncated(to: 3), milliseconds >= 0,
                milliseconds <= Int128(CallDetails.maximumMs)
            {
                // Hugging Face's cold start: {"error":"Model X is currently loading","estimated_time":20.0}.
                estimatedTimeMs = Int(milliseconds)
                type = .loading
            }
            let error = root["error"]
            let words = [root["error_type"], error?["type"], error?["code"], root["type"]]
            for word in words {
                switch word?.string {
                // Hugging Face's servers, and Anthropic.
                case "overloaded", "overloaded_error": type = .overloaded
                // OpenAI, which answers it with 429.
                case "insufficient_quota": type = .creditsExhausted
                default: break
                }
            }
        }
    }
}
