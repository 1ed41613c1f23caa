package import FastJSON

/// The forms of log that other tools and providers write.
///
/// Each can be named, and each is known by its looks.
package enum LogFormat: String, Sendable, CaseIterable {
    /// LiteLLM's spend logs.
    case litellm
    /// Langfuse's observations.
    case langfuse
    /// Helicone's requests.
    case helicone
    /// Session files of Claude Code.
    case claudeCode = "claude-code"
    /// Session files of Codex.
    case codex
    /// OTLP JSON with spans or events of GenAI calls.
    case otlp
    /// JSON access logs as nginx writes them.
    case nginx
    /// Output files of OpenAI's batches.
    case openAIBatch = "openai-batch"
    /// OpenRouter's activity, a statement.
    case openRouterActivity = "openrouter-activity"
    /// OpenAI's organization usage, a statement.
    case openAIUsage = "openai-usage"
    /// OpenAI's organization costs, a statement.
    case openAICosts = "openai-costs"
    /// Anthropic's usage report, a statement.
    case anthropicUsage = "anthropic-usage"
    /// Anthropic's cost report, a statement.
    case anthropicCosts = "anthropic-costs"
    /// The Hub's billing reads, statements.
    case huggingFaceBilling = "huggingface-billing"

    /// Whether its records are aggregates of a provider rather than calls.
    package var isStatement: Bool {
        switch self {
        case .litellm, .langfuse, .helicone, .claudeCode, .codex, .otlp, .nginx, .openAIBatch: false
        case .openRouterActivity, .openAIUsage, .openAICosts, .anthropicUsage, .anthropicCosts, .huggingFaceBilling:
            true
        }
    }

    /// Whether a file must be read from its beginning to the end by one decoder.
    package var isStateful: Bool { self == .claudeCode || self == .codex }
}

extension LogFormat {
    /// The format a record looks like; `nil` when it is like none, as Tally's own events are.
    ///
    /// A list, or a page with its records under `data`, looks like its first record.
    ///
    /// - Parameter record: Any record of a log; the first is enough.
    /// - Returns: The format.
    package static func detect(_ record: JSONValue) -> LogFormat? {
        if record.kind == .array {
            var elements = record.elements
            guard let first = elements.next(), first.kind == .object else { return nil }
            return detect(first)
        }
        guard record.kind == .object else { return nil }
        let looks = Looks(of: record)
        if let match = Self.byMembers(looks.names) { return match }
        if let format = statement(record, looks) { return format }
        if looks.names.contains("type"), looks.objects.contains("payload"), let type = record["type"]?.string,
            codexTypes.contains(type)
        {
            return .codex
        }
        if looks.isClaudeCode(record) { return .claudeCode }
        if let page = record["data"], page.kind == .array {
            var elements = page.elements
            guard let first = elements.next(), first.kind == .object else { return nil }
            return byMembers(Looks(of: first).names)
        }
        return nil
    }

    /// The format a table looks like by its header; `nil` when it is like none.
    package static func detect(header: [String]) -> LogFormat? {
        let names = Set(header)
        if let match = byMembers(names) { return match }
        if names.isSuperset(of: ["start_time", "end_time", "amount_value"]) { return .openAICosts }
        if names.isSuperset(of: ["start_time", "end_time", "num_model_requests"]) { return .openAIUsage }
        return nil
    }

    /// Members that no other format has together.
    private static let distinctive: [(format: LogFormat, names: Set<String>)] = [
        (.otlp, ["resourceSpans"]), (.otlp, ["resourceLogs"]),
        (.litellm, ["request_id", "call_type", "startTime"]),
        (.litellm, ["request_id", "spend", "startTime"]),
        (.langfuse, ["traceId", "type", "startTime"]),
        (.langfuse, ["trace_id", "type", "start_time"]),
        (.langfuse, ["usageDetails"]), (.langfuse, ["usage_details"]),
        (.helicone, ["request_created_at", "request_id"]),
        (.openAIBatch, ["custom_id", "response"]),
        (.openRouterActivity, ["date", "model", "usage", "requests"]),
        (.openRouterActivity, ["date", "model_permaslug", "usage"]),
        (.nginx, ["status", "request_time"]),
        (.nginx, ["status", "upstream_response_time"]),
        (.nginx, ["status", "upstream_http_x_inference_provider"]),
    ]

    private static func byMembers(_ names: Set<String>) -> LogFormat? {
        distinctive.first { names.isSuperset(of: $0.names) }?.format
    }

    private static let codexTypes: Set<String> = [
        "session_meta", "turn_context", "event_msg", "response_item", "compacted",
    ]

    /// The statements, which are told by what lies deeper.
    private static func statement(_ record: JSONValue, _ looks: Looks) -> LogFormat? {
        if let data = record["data"], data.kind == .array {
            for bucket in data.elements {
                guard bucket.kind == .object else { return nil }
                if bucket["start_time"] == nil, bucket["starting_at"] == nil { return nil }
                guard let results = bucket.first("results", "result") else { return nil }
                for result in results.elements {
                    if result["amount"] != nil { return bucket["start_time"] == nil ? .anthropicCosts : .openAICosts }
                    return bucket["start_time"] == nil ? .anthropicUsage : .openAIUsage
                }
            }
            return data.count > 0 ? (record["object"] == nil ? .anthropicUsage : .openAIUsage) : nil
        }
        if let periods = record["periods"], periods.kind == .array { return .huggingFaceBilling }
        if let usage = record["usage"]?.object,
            usage["inferenceProviders"]?.object != nil || record["period"]?["periodStart"] != nil
        {
            return .huggingFaceBilling
        }
        if record["inference"]?["usedNanoUsd"] != nil { return .huggingFaceBilling }
        return looks.names.contains("billingMode") && looks.names.contains("isPro") ? .huggingFaceBilling : nil
    }
}

/// The names a record has, and which of them hold objects.
private struct Looks {
    private(set) var names: Set<String> = []
    private(set) var objects: Set<String> = []

    /// The most members looked at: no format has as many.
    private static let maximumMembers = 256

    init(of record: JSONValue) {
        for (name, value) in record.members.prefix(Self.maximumMembers) where name.count <= 64 {
            names.insert(name.string)
            if value.kind == .object { objects.insert(name.string) }
        }
    }

    /// A line of a conversation, or one of the lines that stand before the first of them.
    func isClaudeCode(_ record: JSONValue) -> Bool {
        guard names.contains("type") else { return false }
        // The lines that are no messages have members of many names, and none that tells a time and a quantity.
        if names.contains("sessionId") { return names.isDisjoint(with: ["time", "usage", "model"]) }
        return names.isSuperset(of: ["summary", "leafUuid"]) || names.isSuperset(of: ["messageId", "snapshot"])
    }
}
