internal import FastJSON
internal import TallyCore

/// The usage object of Amazon Bedrock's Converse.
///
/// `inputTokens` holds neither the tokens read from a cache nor those written to one; older and newer names repeat the
/// same number (AWS, TokenUsage).
enum BedrockFormat: ProviderFormat {
    static func read(
        _ document: ResponseDocument, of exchange: Exchange, into reading: inout UsageReading
    ) throws(RecordFailure) {
        guard let usage = document.usage else { return }
        for (name, value) in usage.members {
            switch name {
            case "inputTokens": try reading.counts.take(.input, value, "usage.inputTokens")
            case "outputTokens": try reading.counts.take(.output, value, "usage.outputTokens")
            case "totalTokens": reading.counts.takeTotal(value)
            case "cacheReadInputTokens", "cacheReadInputTokenCount":
                try reading.counts.take(.cacheRead, value, "usage.cacheReadInputTokens")
            case "cacheWriteInputTokens", "cacheWriteInputTokenCount":
                try reading.counts.take(.cacheWrite, value, "usage.cacheWriteInputTokens")
            case "cacheDetails": try read(details: value, into: &reading.counts)
            default: break
            }
        }
    }

    private static func read(details: JSONValue, into counts: inout ReportedCounts) throws(RecordFailure) {
        for entry in details.elements {
            guard let lifetime = entry["ttl"]?.text else { continue }
            let path: StaticString = "usage.cacheDetails.inputTokens"
            switch lifetime {
            case "5m": try counts.add(.cacheWrite5m, entry["inputTokens"], path)
            case "1h": try counts.add(.cacheWrite1h, entry["inputTokens"], path)
            default: break
            }
        }
    }

    static func accounting(_ host: Host, isStated: Bool) -> Accounting {
        var rule = Accounting(inputHoldsCache: false, reasoning: .inside)
        if isStated {
            rule.readable = CountSet(.input, .output, .total, .cacheRead, .cacheWrite)
            rule.check = .warns
        }
        return rule
    }
}
