internal import ContentDecoding
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

    /// The longest refusal that is read.
    private static let maximumBytes = 1 << 20

    /// Reads the body of a response that is an error.
    ///
    /// - Parameters:
    ///   - body: The body, as it came.
    ///   - contentEncoding: How it is coded, `nil` when it is plain.
    ///   - parser: Parses it.
    init(body: ByteBuffer, contentEncoding: String? = nil, parser: JSONParser) {
        guard let bytes = Self.decoded(body, contentEncoding) else { return }
        try? parser.withDocument(bytes) { root in
            if let seconds = root["estimated_time"]?.numberText?.string, !seconds.hasPrefix("-") {
                // Hugging Face's cold start: {"error":"Model X is currently loading","estimated_time":20.0}.
                type = .loading
                estimatedTimeMs = Self.milliseconds(seconds)
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

    private static func milliseconds(_ seconds: String) -> Int? {
        guard case .success(let milliseconds)? = DecimalText(seconds)?.truncated(to: 3),
            milliseconds <= Int128(CallDetails.maximumMs)
        else { return nil }
        return Int(milliseconds)
    }

    /// The plain bytes of a body; `nil` when they cannot be had.
    private static func decoded(_ body: ByteBuffer, _ contentEncoding: String?) -> [UInt8]? {
        guard let contentEncoding, !contentEncoding.isEmpty else { return Array(body.readableBytesView) }
        guard var decoder = ContentDecoder(contentEncoding, maximumBytes: maximumBytes) else { return nil }
        var plain: [UInt8] = []
        do {
            try unsafe body.withUnsafeReadableBytes { bytes in
                try unsafe decoder.decode(bytes) { unsafe plain.append(contentsOf: $0) }
            }
            try decoder.finish()
        } catch {
            return nil
        }
        return plain
    }
}
