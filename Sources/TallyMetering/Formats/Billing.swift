internal import TallyCore

/// Whether a call is charged for, as far as a response can say (provider facts, "Errors, retries, aborted streams").
enum Billing {
    /// Whether it is; `nil` when the host's rules do not say.
    static func isBilled(_ result: ResponseUsage, host: Host, exchange: Exchange) -> Bool? {
        let status = exchange.status
        if let status, status >= 400 { return failed(status: status, host: host, exchange: exchange) }
        switch result.outcome {
        case .complete: return true
        // The vendors' rules for what was begun differ, and few are written down.
        case .interrupted: return result.ending == nil ? nil : interrupted(result)
        // OpenRouter asks nothing for a call that ended in an error without an answer.
        case .failed: return host == .openRouter && result.usage == nil ? false : nil
        }
    }

    private static func interrupted(_ result: ResponseUsage) -> Bool? {
        result.usage == nil ? nil : true
    }

    private static func failed(status: Int, host: Host, exchange: Exchange) -> Bool? {
        // Hugging Face asks only about answers with 2xx and 3xx (register-as-a-provider).
        if Host.isRoutedByHuggingFace(exchange) || host == .huggingFaceInference { return false }
        return switch host {
        case .fal: status >= 500 ? false : nil
        case .openRouter: false
        default: nil
        }
    }
}
