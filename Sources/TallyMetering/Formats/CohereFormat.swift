internal import FastJSON
internal import TallyCore

/// Cohere's billed units, which alone are money: they stand beside raw token counts and are already net of what is free
/// (Cohere, SDK types).
enum CohereFormat: ProviderFormat {
    static func read(
        _ document: ResponseDocument, of exchange: Exchange, into reading: inout UsageReading
    ) throws(RecordFailure) {
        for holder in [document.usage, document.meta] {
            guard let units = holder?["billed_units"], units.kind == .object else { continue }
            return try read(billedUnits: units, into: &reading.counts)
        }
    }

    static func read(billedUnits units: JSONValue, into counts: inout ReportedCounts) throws(RecordFailure) {
        for (name, value) in units.members {
            switch name {
            case "input_tokens": try counts.add(.input, value, "billed_units.input_tokens")
            case "output_tokens": try counts.take(.output, value, "billed_units.output_tokens")
            // Beside the tokens of text.
            case "image_tokens":
                try counts.take(.inputImage, value, "billed_units.image_tokens")
                try counts.add(.input, value, "billed_units.image_tokens")
            case "search_units": try counts.take(.searchUnits, value, "billed_units.search_units")
            default: break
            }
        }
    }

    static func accounting(_ host: Host, isStated: Bool) -> Accounting {
        var rule = Accounting(reasoning: .inside, check: .ignored)
        if isStated { rule.readable = CountSet(.input, .inputImage, .output, .searchUnits) }
        return rule
    }
}

/// Cohere's raw tokens, as its flavor `tokens` names them.
enum CohereTokensFormat: ProviderFormat {
    static func read(
        _ document: ResponseDocument, of exchange: Exchange, into reading: inout UsageReading
    ) throws(RecordFailure) {
        guard let usage = document.usage ?? document.meta else { return }
        let tokens = usage["tokens"]
        try reading.counts.take(.input, tokens?["input_tokens"], "usage.tokens.input_tokens")
        try reading.counts.take(.output, tokens?["output_tokens"], "usage.tokens.output_tokens")
        try reading.counts.take(.cacheRead, usage["cached_tokens"], "usage.cached_tokens")
    }

    static func accounting(_ host: Host, isStated: Bool) -> Accounting {
        Accounting(reasoning: .inside, check: .ignored)
    }
}
