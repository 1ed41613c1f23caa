internal import FastJSON
internal import TallyCore

/// The usage object of OpenAI chat completions, and of the many hosts that answer in their shape.
///
/// Every sub-count is inside its parent: `prompt_tokens` holds the cached, written, audio and image tokens, and
/// `completion_tokens` the reasoning and audio tokens (OpenAI, openapi.yaml). Hosts differ in where they put the cached
/// tokens: in the details, or flat as `cached_tokens` (behind Hugging Face), `num_cached_tokens` (Mistral),
/// `prompt_cache_hit_tokens` (DeepSeek, the same tokens once more), `cached_prompt_text_tokens` (xAI) or
/// `cache_read_input_tokens` (LiteLLM). At xAI the reasoning tokens stand outside `completion_tokens`, which
/// `total_tokens` gives away.
enum ChatFormat: ProviderFormat {
    static func read(
        _ document: ResponseDocument, of exchange: Exchange, into reading: inout UsageReading
    ) throws(RecordFailure) {
        if let usage = document.usage { try read(usage, into: &reading.counts) }
        try FireworksCounts.read(document, of: exchange, into: &reading.counts)
    }

    private static func read(_ usage: JSONValue, into counts: inout ReportedCounts) throws(RecordFailure) {
        for (name, value) in usage.members {
            switch name {
            case "prompt_tokens": try counts.take(.input, value, "usage.prompt_tokens")
            case "completion_tokens": try counts.take(.output, value, "usage.completion_tokens")
            case "total_tokens": counts.takeTotal(value)
            case "prompt_tokens_details": try readInput(value, into: &counts)
            case "completion_tokens_details": try readOutput(value, into: &counts)
            case "cached_tokens": try counts.take(.flatCacheRead, value, "usage.cached_tokens")
            case "num_cached_tokens": try counts.take(.flatCacheRead, value, "usage.num_cached_tokens")
            case "prompt_cache_hit_tokens": try counts.take(.flatCacheRead, value, "usage.prompt_cache_hit_tokens")
            case "cached_prompt_text_tokens":
                try counts.take(.flatCacheRead, value, "usage.cached_prompt_text_tokens")
            // LiteLLM's names of Anthropic's parts, which are within `prompt_tokens` here.
            case "cache_read_input_tokens": try counts.take(.flatCacheRead, value, "usage.cache_read_input_tokens")
            case "cache_creation_input_tokens":
                try counts.take(.cacheWrite5m, value, "usage.cache_creation_input_tokens")
            case "reasoning_tokens": try counts.take(.flatReasoning, value, "usage.reasoning_tokens")
            case "citation_tokens": try counts.take(.citation, value, "usage.citation_tokens")
            case "num_search_queries": try counts.take(.webSearches, value, "usage.num_search_queries")
            default: break
            }
        }
    }

    private static func readInput(_ details: JSONValue, into counts: inout ReportedCounts) throws(RecordFailure) {
        for (name, value) in details.members {
            switch name {
            case "cached_tokens": try counts.take(.cacheRead, value, "usage.prompt_tokens_details.cached_tokens")
            case "cache_write_tokens":
                try counts.take(.cacheWrite, value, "usage.prompt_tokens_details.cache_write_tokens")
            case "audio_tokens": try counts.take(.inputAudio, value, "usage.prompt_tokens_details.audio_tokens")
            case "image_tokens": try counts.take(.inputImage, value, "usage.prompt_tokens_details.image_tokens")
            case "video_tokens": try counts.take(.inputVideo, value, "usage.prompt_tokens_details.video_tokens")
            default: break
            }
        }
    }

    private static func readOutput(_ details: JSONValue, into counts: inout ReportedCounts) throws(RecordFailure) {
        for (name, value) in details.members {
            switch name {
            case "reasoning_tokens":
                try counts.take(.reasoning, value, "usage.completion_tokens_details.reasoning_tokens")
            case "audio_tokens": try counts.take(.outputAudio, value, "usage.completion_tokens_details.audio_tokens")
            case "image_tokens": try counts.take(.outputImage, value, "usage.completion_tokens_details.image_tokens")
            default: break
            }
        }
    }

    static func accounting(_ host: Host, isStated: Bool) -> Accounting {
        var rule = Accounting(writes: writes(of: host))
        if host == .perplexity { return perplexity }
        // These fields are native to the hosts named above; elsewhere they would be someone else's.
        rule.readable.subtract(CountSet(.citation, .webSearches))
        if host == .xAI { rule.reasoning = .asTotalSays(otherwiseBeside: true) }
        if isStated {
            rule.readable = CountSet(.input, .output, .total).union(parts(of: host))
            rule.reasoning = host == .xAI ? .beside : .inside
            rule.check = .warns
        }
        return rule
    }

    /// xAI's first shape, which its `default` names: everything flat, reasoning beside the completion.
    static let flatAccounting = Accounting(
        readable: CountSet(.input, .output, .total, .flatCacheRead, .flatReasoning), reasoning: .beside, check: .warns)

    /// Perplexity bills reasoning and citations beside the completion, and searches (genai-prices, perplexity.yml).
    private static let perplexity = Accounting(
        readable: CountSet(.input, .output, .flatReasoning, .citation, .webSearches), reasoning: .beside,
        check: .ignored)

    /// OpenAI's caches last 30 minutes unless the response says otherwise; the prices of all others are for five.
    static func writes(of host: Host) -> UsageClass {
        switch host {
        case .openAI, .azure, .other: .cacheWrite30m
        default: .cacheWrite5m
        }
    }

    /// The parts of input and output that a host states in this shape (genai-prices, extractors).
    private static func parts(of host: Host) -> CountSet {
        switch host {
        case .anthropic: CountSet(.flatCacheRead, .reasoning)
        case .azure, .google, .groq: CountSet(.cacheRead, .inputAudio, .outputAudio, .reasoning)
        case .cerebras: CountSet(.reasoning)
        case .deepSeek, .fireworks, .xAI: CountSet(.cacheRead, .outputAudio, .reasoning)
        case .doubleword: CountSet(.cacheRead, .cacheWrite, .reasoning)
        case .miniMax, .moonshot, .zai, .mistral: CountSet(.cacheRead, .reasoning)
        case .modal: CountSet(.cacheRead, .cacheWrite, .flatReasoning)
        case .openAI, .openRouter, .huggingFace, .aws, .cohere, .perplexity, .fal, .replicate, .huggingFaceInference,
            .other:
            CountSet(.cacheRead, .cacheWrite, .inputAudio, .outputAudio, .reasoning)
        }
    }
}

/// Embeddings in OpenAI's shape, where the input is all there is, and in Cohere's.
enum EmbeddingsFormat: ProviderFormat {
    static func read(
        _ document: ResponseDocument, of exchange: Exchange, into reading: inout UsageReading
    ) throws(RecordFailure) {
        if let units = document.meta?["billed_units"], units.kind == .object {
            return try CohereFormat.read(billedUnits: units, into: &reading.counts)
        }
        guard let usage = document.usage else { return }
        try reading.counts.take(.input, usage["prompt_tokens"], "usage.prompt_tokens")
        // Some hosts state the total alone.
        if reading.counts[.input] != nil { return }
        try reading.counts.take(.input, usage["total_tokens"], "usage.total_tokens")
    }

    static func accounting(_ host: Host, isStated: Bool) -> Accounting {
        var rule = Accounting()
        if isStated { rule.readable = CountSet(.input, .inputImage) }
        return rule
    }
}

/// What Fireworks says beside its usage object: in headers, and in the body where that was asked for.
private enum FireworksCounts {
    static func read(
        _ document: ResponseDocument, of exchange: Exchange, into counts: inout ReportedCounts
    ) throws(RecordFailure) {
        if let metrics = document.perfMetrics {
            if counts[.input] == nil { fill(.input, metrics["prompt-tokens"], into: &counts) }
            if counts[.cacheRead] == nil { fill(.cacheRead, metrics["cached-prompt-tokens"], into: &counts) }
        }
        if exchange.headers.isEmpty || counts.isEmpty { return }
        if counts[.cacheRead] == nil, counts[.flatCacheRead] == nil,
            let cached = exchange.headers["fireworks-cached-prompt-tokens"].flatMap(Int64.init), cached >= 0,
            cached <= counts[.input] ?? 0, counts.readable.contains(.cacheRead)
        {
            counts[.cacheRead] = cached
        }
    }

    private static func fill(_ count: Count, _ value: JSONValue?, into counts: inout ReportedCounts) {
        guard counts.readable.contains(count) else { return }
        let number = value?.int64 ?? value?.text.flatMap { Int64($0.string) }
        if let number, number >= 0, number <= UsageBuckets.maximumQuantity { counts[count] = number }
    }
}
