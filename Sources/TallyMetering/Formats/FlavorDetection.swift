internal import FastJSON

extension APIFlavor {
    /// The flavor of a document nobody has named, by its body, then the path, then the headers, then the host.
    ///
    /// - Returns: The flavor; `nil` when the document says nothing of usage.
    static func detect(_ document: ResponseDocument, of exchange: Exchange, host: Host) -> APIFlavor? {
        if document.usageMetadata != nil { return .gemini }
        if let usage = document.usage, let flavor = detect(usage: usage, in: document, of: exchange, host: host) {
            return flavor
        }
        if document.meta?["billed_units"] != nil { return .cohere }
        if exchange.headers[FalFormat.unitsHeader] != nil { return .fal }
        if document.metrics?["predict_time"] != nil { return .replicate }
        if exchange.headers[InferenceServerFormat.timeHeader] != nil
            || exchange.headers[InferenceServerFormat.typeHeader] != nil || document.details?["generated_tokens"] != nil
        {
            return .huggingFaceInference
        }
        let path = exchange.barePath
        if path.hasSuffix("/images/generations") || path.hasSuffix("/images/edits") { return .images }
        if path.hasSuffix("/audio/speech") { return .audio }
        return nil
    }

    private static func detect(
        usage: JSONValue, in document: ResponseDocument, of exchange: Exchange, host: Host
    ) -> APIFlavor? {
        var isNewer = false
        var hasDetails = false
        for (name, value) in usage.members {
            switch name {
            case "prompt_tokens", "completion_tokens":
                return isEmbedding(document, of: exchange) ? .embeddings : .chat
            case "inputTokens", "outputTokens": return .bedrock
            case "billed_units": return .cohere
            case "cache_creation_input_tokens", "cache_read_input_tokens", "cache_creation", "iterations",
                "server_tool_use":
                return .anthropic
            case "input_token_details", "output_token_details": hasDetails = true
            case "input_tokens_details": hasDetails = true
            case "input_tokens", "output_tokens": isNewer = true
            case "type": if value.text.map({ $0 == "duration" }) == true { return .audio }
            default: break
            }
        }
        if isNewer { return newer(document, of: exchange, host: host, hasDetails: hasDetails) }
        if usage["total_tokens"] != nil, isEmbedding(document, of: exchange) { return .embeddings }
        return nil
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
