internal import FastJSON
internal import TallyCore

/// The usage object of Anthropic's Messages API.
///
/// `input_tokens` is what was neither read from a cache nor written to one; written tokens that are not split by
/// lifetime are kept for five minutes. `output_tokens` holds the thinking. With compaction or an advisor the counts on
/// top cover only the `message` iterations, while all of `iterations` are billed, an `advisor_message` as its own model
/// (Anthropic, python SDK types).
enum AnthropicFormat: ProviderFormat {
    static func read(
        _ document: ResponseDocument, of exchange: Exchange, into reading: inout UsageReading
    ) throws(RecordFailure) {
        guard let usage = document.usage else { return }
        var iterations: JSONValue?
        try read(usage, into: &reading, iterations: &iterations)
        if let iterations, iterations.kind == .array { try read(iterations: iterations, into: &reading) }
    }

    private static func read(
        _ usage: JSONValue, into reading: inout UsageReading, iterations: inout JSONValue?
    ) throws(RecordFailure) {
        for (name, value) in usage.members {
            switch name {
            case "input_tokens": try reading.counts.take(.input, value, "usage.input_tokens")
            case "output_tokens": try reading.counts.take(.output, value, "usage.output_tokens")
            case "cache_read_input_tokens":
                try reading.counts.take(.cacheRead, value, "usage.cache_read_input_tokens")
            case "cache_creation_input_tokens":
                try reading.counts.take(.cacheWrite, value, "usage.cache_creation_input_tokens")
            case "cache_creation":
                let path: StaticString = "usage.cache_creation"
                try reading.counts.take(.cacheWrite5m, value["ephemeral_5m_input_tokens"], path)
                try reading.counts.take(.cacheWrite1h, value["ephemeral_1h_input_tokens"], path)
            case "output_tokens_details":
                let path: StaticString = "usage.output_tokens_details.thinking_tokens"
                try reading.counts.take(.reasoning, value["thinking_tokens"], path)
            case "server_tool_use":
                let path: StaticString = "usage.server_tool_use.web_search_requests"
                try reading.counts.take(.webSearches, value["web_search_requests"], path)
            case "service_tier": if reading.serviceTier == nil { reading.serviceTier = value.string }
            // Faster serving is priced apart, which is what a tier is.
            case "speed": if value.text.map({ $0 == "fast" }) == true { reading.serviceTier = "fast" }
            case "inference_geo":
                if value.text.map({ $0 == "us" }) == true { reading.warnings.insert(.regionalPremium) }
            case "iterations": iterations = value
            default: break
            }
        }
    }

    /// Sums the iterations; the counts on top are theirs, or less, so that the larger of both is what was billed.
    private static func read(iterations: JSONValue, into reading: inout UsageReading) throws(RecordFailure) {
        var own = reading.fresh.counts
        for iteration in iterations.elements {
            var inner: JSONValue?
            var part = reading.fresh
            try read(iteration, into: &part, iterations: &inner)
            if iteration["type"]?.text.map({ $0 == "advisor_message" }) == true {
                reading.add(part.counts, of: iteration["model"]?.string)
            } else {
                own.add(part.counts)
            }
        }
        reading.counts.formMaximum(own)
    }

    static func accounting(_ host: Host, isStated: Bool) -> Accounting {
        var rule = Accounting(inputHoldsCache: false, reasoning: .inside, check: .ignored)
        if isStated, host != .anthropic {
            // As the host states this shape (genai-prices, extractors).
            rule.readable = CountSet(.input, .output, .cacheRead, .cacheWrite)
        }
        return rule
    }
}
