internal import FastJSON
internal import TallyCore

/// Helicone's requests, as its API and its exports have them (Helicone, `HeliconeRequest`).
///
/// `prompt_tokens` holds neither cached nor audio tokens: Helicone takes them out to price them apart (Helicone,
/// `OpenAIBodyProcessor`). `costUSD` is Helicone's own computation, and `response_id` its own id. A request it answered
/// from its own cache has tokens that nobody bills.
struct HeliconeLog: LogReader {
    /// What Helicone writes where it has no reference.
    private static let noReference = "00000000-0000-0000-0000-000000000000"
    /// Helicone's status of a call that the client gave up.
    private static let cancelled = "-3"

    mutating func read(_ record: JSONValue, at position: Int, into sink: inout LogSink) throws(RecordFailure) {
        let start = try LogField.requiredTime(record["request_created_at"], "request_created_at", zone: sink.zone)
        let end = try LogField.time(record["response_created_at"], "response_created_at", zone: sink.zone)

        var parts = EventParts()
        parts.event.time = start
        parts.event.durationMs =
            LogField.milliseconds(record["delay_ms"]) ?? LogField.milliseconds(from: start, to: end)
        parts.event.ttfbMs = LogField.milliseconds(record["time_to_first_token"])
        parts.event.id = try LogField.text(record["request_id"], "request_id")
        try Self.readStatus(record["response_status"], into: &parts.event)
        let basis = try Self.readSeller(record, into: &parts.seller)
        parts.event.usage = try Self.usage(record, writes: Seller.unsplitWrites(of: parts.seller))
        if let reference = LogField.description(record["cache_reference_id"]), reference != Self.noReference {
            var nothing = UsageBuckets()
            nothing[.input] = 0
            nothing[.output] = 0
            parts.event.usage = nothing
        }
        parts.charged.user = LogField.description(record.first("request_user_id", "user_id"))
        let properties = record.first("properties", "request_properties")
        parts.charged.tags = sink.withDescription(properties) { LogField.tags($0) }
        sink.add(parts, seller: basis, estimate: LogField.estimate(record.first("costUSD", "cost_usd", "cost")))
    }

    /// Helicone has numbers below 100 for calls that never had a status.
    private static func readStatus(_ value: JSONValue?, into event: inout UsageEvent) throws(RecordFailure) {
        guard let text = value?.scalarText, !text.isEmpty else { return }
        if text == cancelled {
            event.outcome = .interrupted
        } else if text.hasPrefix("-") {
            event.outcome = .failed
        } else {
            event.status = try FieldReader.status(text, field: "response_status")
            if event.status == nil { event.outcome = .failed }
        }
    }

    private static func readSeller(
        _ record: JSONValue, into seller: inout EventParts.Seller
    ) throws(RecordFailure) -> SellerBasis {
        seller.model = try LogField.text(record.first("response_model"), "response_model")
        if seller.model == nil { seller.model = try LogField.text(record["model_override"], "model_override") }
        if seller.model == nil { seller.model = try LogField.text(record["request_model"], "request_model") }
        for address in [record["target_url"], record["request_path"]] {
            guard let address = LogField.description(address), let known = Seller.at(address: address) else { continue }
            seller.biller = known.biller
            seller.provider = known.provider
            return .address
        }
        if let named = LogField.description(record["provider"]) {
            seller.biller = Seller.named(byHelicone: named)
            if seller.biller != nil { return .stated }
        }
        seller.biller = seller.model.flatMap(Seller.maker(ofModel:))
        return .assumed
    }

    private static func usage(_ record: JSONValue, writes: UsageClass) throws(RecordFailure) -> UsageBuckets? {
        var usage = UsageBuckets()
        usage[.input] = try LogField.count(record["prompt_tokens"], "prompt_tokens")
        usage[.cacheRead] = try LogField.count(record["prompt_cache_read_tokens"], "prompt_cache_read_tokens")
        usage[writes] = try LogField.count(record["prompt_cache_write_tokens"], "prompt_cache_write_tokens")
        usage[.inputAudio] = try LogField.count(record["prompt_audio_tokens"], "prompt_audio_tokens")
        usage[.output] = try LogField.count(record["completion_tokens"], "completion_tokens")
        usage[.outputAudio] = try LogField.count(record["completion_audio_tokens"], "completion_audio_tokens")
        return usage.statesNothing ? nil : usage
    }
}
