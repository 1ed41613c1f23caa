internal import FastJSON

/// What is known of a flavor without a look at any body: found out once for all events of a stream.
struct FlavorHints {
    /// Whether the headers are those of one of Hugging Face's own servers.
    let isInferenceServer: Bool
    /// Whether a header counts fal's units.
    let hasFalUnits: Bool
    /// What the path says where nothing else does.
    let ofPath: APIFlavor?

    init(_ exchange: Exchange) {
        isInferenceServer = InferenceServerFormat.answered(exchange)
        hasFalUnits = exchange.headers[FalFormat.unitsHeader] != nil
        let path = exchange.barePath
        if path.hasSuffix("/images/generations") || path.hasSuffix("/images/edits") {
            ofPath = .images
        } else {
            ofPath = path.hasSuffix("/audio/speech") ? .audio : nil
        }
    }
}

extension APIFlavor {
    /// The flavor of a document nobody has named, by its body, then the headers, then the path, then the host.
    ///
    /// - Returns: The flavor; `nil` when the document says nothing of usage.
    static func detect(
        _ document: ResponseDocument, of exchange: Exchange, host: Host, hints: FlavorHints
    ) -> APIFlavor? {
        if document.usageMetadata != nil { return .gemini }
        if let usage = document.usage, let flavor = detect(usage: usage, in: document, of: exchange, host: host) {
            // The seconds of Hugging Face's own servers stand beside the tokens.
            return flavor == .chat && hints.isInferenceServer ? .huggingFaceInference : flavor
        }
        if document.meta?["billed_units"] != nil { return .cohere }
        if hints.hasFalUnits { return .fal }
        if document.metrics?["predict_time"] != nil { return .replicate }
        if hints.isInferenceServer || document.details?["generated_tokens"] != nil { return .huggingFaceInference }
        return hints.ofPath
    }

    private static func detect(
        usage: JSONValue, in document: ResponseDocument, of exchange: Exchange, host: Host
    ) -> APIFlavor? {
        var isNewer = false
        var isAnthropic = false
        var hasDetails = false
        var hasTotal = false
        for (name, value) in usage.members {
            switch name {
            // Whoever writes these has brought everything else into this shape.
            case "prompt_tokens", "completion_tokens":
                return isEmbedding(document, of: exchange) ? .embeddings : .chat
            case "inputTokens", "outputTokens": return .bedrock
            case "billed_units": return .cohere
            case "cache_creation_input_tokens", "cache_read_input_tokens", "cache_creation", "iterations",
                "server_tool_use":
                isAnthropic = true
            case "input_tokens_details", "input_token_details", "output_token_details": hasDetails = true
            case "input_tokens", "output_tokens": isNewer = true
            case "total_tokens": hasTotal = true
            case "type": if value.text.map({ $0 == "duration" }) == true { return .audio }
            default: break
            }
        }
        if isAnthropic { return .anthropic }
        if isNewer { return newer(document, of: exchange, host: host, hasDetails: hasDetails) }
        return hasTotal && isEmbedding(document, of: exchange) ? .embeddings : nil
    }

    /// Which of those that count `input_tokens` and `output_tokens`.
    private static func newer(
        _ document: ResponseDocument, of exchange: Exchange, host: Host, hasDetails: Bool
    ) -> APIFlavor {
        let path = exchange.barePath
        if path.contains("/images/") { return .images }
        if path.contains("/audio/") { return .audio }
        if hasDetails { return document.data == nil ? .responses : .images }
        if let type = document.type, type == "message" || type == "message_start" || type == "message_delta" {
            return .anthropic
        }
        if path.hasSuffix("/messages") { return .anthropic }
        if path.hasSuffix("/responses") { return .responses }
        return host.nativeFlavor == .anthropic ? .anthropic : .responses
    }

    private static func isEmbedding(_ document: ResponseDocument, of exchange: Exchange) -> Bool {
        if exchange.barePath.hasSuffix("/embeddings") { return true }
        return document.object.map { $0 == "list" } == true && document.data != nil
    }
}
