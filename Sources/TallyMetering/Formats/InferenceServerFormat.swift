internal import FastJSON
internal import TallyCore

/// Hugging Face's own inference servers, which count in headers.
///
/// The text generation server writes `x-compute-time` in seconds and the embedding server in milliseconds, under the
/// same name (text-generation-inference, router/src/server.rs; text-embeddings-inference, router/src/lib.rs). Which one
/// answered shows in the other headers. On chat routes there is a usage object, which counts.
enum InferenceServerFormat: ProviderFormat {
    private static let timeHeader = "x-compute-time"
    private static let typeHeader = "x-compute-type"

    /// Whether the headers are those of such a server.
    static func answered(_ exchange: Exchange) -> Bool {
        if exchange.headers.isEmpty { return false }
        return exchange.headers[timeHeader] != nil || exchange.headers[typeHeader] != nil
    }

    static func read(
        _ document: ResponseDocument, of exchange: Exchange, into reading: inout UsageReading
    ) throws(RecordFailure) {
        try ChatFormat.read(document, of: exchange, into: &reading)
        readHeaders(of: exchange, into: &reading)
        if reading.counts[.output] == nil {
            try reading.counts.take(.output, document.details?["generated_tokens"], "details.generated_tokens")
        }
    }

    /// Takes what the headers say, whatever the body is.
    static func readHeaders(of exchange: Exchange, into reading: inout UsageReading) {
        let headers = exchange.headers
        if reading.counts[.input] == nil {
            reading.counts[.input] = count(headers["x-prompt-tokens"] ?? headers["x-compute-tokens"])
        }
        if reading.counts[.output] == nil { reading.counts[.output] = count(headers["x-generated-tokens"]) }
        guard let time = headers[timeHeader] else { return }
        if let perSecond = ticksPerSecond(exchange) {
            reading.counts[.computeSeconds] = ReportedCounts.seconds(time, perSecond: perSecond)
        } else {
            reading.warnings.insert(.computeTimeUnitUnknown)
        }
    }

    private static func count(_ text: String?) -> Int64? {
        guard let number = text.flatMap({ Int64($0) }), number >= 0, number <= UsageBuckets.maximumQuantity else {
            return nil
        }
        return number
    }

    /// How many of its compute time make a second; `nil` when nothing tells which server answered.
    private static func ticksPerSecond(_ exchange: Exchange) -> Int64? {
        let headers = exchange.headers
        if headers["x-compute-tokens"] != nil || headers["x-tokenization-time"] != nil { return 1000 }
        for name in ["x-generated-tokens", "x-prompt-tokens", "x-time-per-token", "x-validation-time"]
        where headers[name] != nil {
            return 1
        }
        let path = exchange.barePath
        if path.hasSuffix("/pipeline/feature-extraction") || path.hasSuffix("/pipeline/sentence-similarity") {
            return 1000
        }
        if path.hasSuffix("/v1/chat/completions") { return 1 }
        // The whole time is in milliseconds at both.
        guard let time = headers[timeHeader], let whole = headers["x-total-time"] else { return nil }
        return time == whole ? 1000 : nil
    }

    static func accounting(_ host: Host, isStated: Bool) -> Accounting {
        Accounting(check: isStated ? .warns : .mustAgree)
    }
}
