internal import FastJSON
internal import TallyCore

/// Rows of LiteLLM's spend log (table `LiteLLM_SpendLogs`; LiteLLM, `proxy/schema.prisma`).
///
/// `prompt_tokens` holds the cached tokens, for Anthropic too; the split stands in
/// `metadata.additional_usage_values`, or in `metadata.usage_object` of newer releases. `spend` is LiteLLM's own
/// computation. A row that LiteLLM answered from its own cache has tokens that nobody bills.
struct LiteLLMLog: LogReader {
    /// What `metadata` says.
    private struct Metadata {
        var usage = InclusiveUsage()
        var keyName: String?
        var team: String?
        var status: Int?
    }

    mutating func read(_ record: JSONValue, at position: Int, into sink: inout LogSink) throws(RecordFailure) {
        let start = try LogField.requiredTime(record["startTime"], "startTime", zone: sink.zone)
        let end = try LogField.time(record["endTime"], "endTime", zone: sink.zone)
        let first = try LogField.time(record["completionStartTime"], "completionStartTime", zone: sink.zone)
        var metadata = try sink.withObject(record["metadata"], "metadata", Self.metadata) ?? Metadata()
        metadata.usage.input = try LogField.count(record["prompt_tokens"], "prompt_tokens")
        metadata.usage.output = try LogField.count(record["completion_tokens"], "completion_tokens")
        metadata.usage.total = try LogField.count(record["total_tokens"], "total_tokens")

        var parts = EventParts()
        parts.event.time = start
        parts.event.durationMs =
            LogField.milliseconds(record["request_duration_ms"]) ?? LogField.milliseconds(from: start, to: end)
        // Without streaming LiteLLM writes the end here.
        if let first, let end, first < end { parts.event.ttfbMs = LogField.milliseconds(from: start, to: first) }
        let basis = try Self.readSeller(record, into: &parts.seller)
        parts.event.usage = metadata.usage.buckets(writes: Seller.unsplitWrites(of: parts.seller))
        if parts.event.usage == nil, Self.isBookkeeping(record["call_type"]) {
            sink.pass(.noInference)
            return
        }
        try Self.readIDs(record, into: &parts)
        if LogField.isTrue(record["cache_hit"]) {
            parts.event.usage = Self.nothing
            // The key of such a row is the cached answer's id with something behind it: no generation.
            parts.event.requestID = nil
        }
        if record["status"]?.text.map({ $0 == "failure" }) == true { parts.event.outcome = .failed }
        parts.event.status = metadata.status
        parts.charged = Self.charged(record, metadata, in: sink)
        sink.add(parts, seller: basis, estimate: LogField.estimate(record["spend"]))
    }

    /// What a call used that no provider answered.
    private static var nothing: UsageBuckets {
        var usage = UsageBuckets()
        usage[.input] = 0
        usage[.output] = 0
        return usage
    }

    /// The address comes first: a client may call any host as if it were OpenAI's.
    private static func readSeller(
        _ record: JSONValue, into seller: inout EventParts.Seller
    ) throws(RecordFailure) -> SellerBasis {
        seller.model = try LogField.text(record["model"], "model")
        let named = try LogField.text(record["custom_llm_provider"], "custom_llm_provider")
        if let named, let model = seller.model, model.hasPrefix(named + "/") {
            seller.model = String(model.dropFirst(named.count + 1))
        }
        if let address = LogField.description(record["api_base"]), let known = Seller.at(address: address) {
            seller.biller = known.biller
            seller.provider = known.provider
        }
        let provider = named.flatMap(Seller.named(byLiteLLM:))
        let biller = seller.biller
        if biller == nil {
            seller.biller = provider
        }
        if seller.biller == "huggingface", seller.provider == nil, named == "huggingface", let model = seller.model {
            // LiteLLM writes such a model as provider/organisation/name.
            let pieces = model.split(separator: "/", maxSplits: 1)
            if pieces.count == 2, pieces[1].contains("/") {
                seller.provider = String(pieces[0])
                seller.model = String(pieces[1])
            }
        }
        if biller != nil { return .address }
        if provider != nil { return .stated }
        seller.biller = seller.model.flatMap(Seller.maker(ofModel:))
        return .assumed
    }

    private static func readIDs(_ record: JSONValue, into parts: inout EventParts) throws(RecordFailure) {
        parts.event.id = try LogField.text(record["request_id"], "request_id")
        // Of a call that failed LiteLLM writes its own id of it in place of the answer's.
        if parts.event.id != LogField.description(record["litellm_call_id"]) {
            parts.event.requestID = parts.event.id
        }
    }

    private static func charged(
        _ record: JSONValue, _ metadata: Metadata, in sink: borrowing LogSink
    ) -> EventParts.Charged {
        var charged = EventParts.Charged()
        charged.user = LogField.description(record["end_user"]) ?? LogField.description(record["user"])
        charged.key = metadata.keyName
        var tags = sink.withDescription(record["request_tags"], Self.tags) ?? [:]
        if tags.count < FieldReader.maximumTags, tags["team_id"] == nil {
            tags["team_id"] = metadata.team ?? LogField.description(record["team_id"])
        }
        charged.tags = tags.isEmpty ? nil : tags
        return charged
    }

    private static func tags(_ list: JSONValue) -> [String: String] {
        var tags: [String: String] = [:]
        for element in list.elements {
            guard tags.count < FieldReader.maximumTags, let tag = LogField.description(element) else { continue }
            let (key, value) = pair(tag)
            if tags[key] == nil { tags[key] = value }
        }
        return tags
    }

    /// A tag of LiteLLM is one text, mostly written as `team:search`.
    private static func pair(_ tag: String) -> (key: String, value: String) {
        let sides = tag.split(separator: ":", maxSplits: 1)
        return sides.count == 2 ? (String(sides[0]), String(sides[1].drop { $0 == " " })) : (tag, "")
    }

    private static func metadata(_ object: JSONValue) throws(RecordFailure) -> Metadata {
        var metadata = Metadata()
        metadata.keyName = LogField.description(object["user_api_key_alias"])
        metadata.team = LogField.description(object["user_api_key_team_alias"])
        metadata.status = try? LogField.status(object["error_information"]?["error_code"], "error_code")
        guard let values = object["additional_usage_values"]?.object ?? object["usage_object"]?.object else {
            return metadata
        }
        let prompt = values.first("prompt_tokens_details", "input_tokens_details")
        let completion = values.first("completion_tokens_details", "output_tokens_details")
        let split = prompt?["cache_creation_token_details"]
        // The two names of each are the same tokens.
        metadata.usage.cacheRead = try LogField.count(
            values.first("cache_read_input_tokens") ?? prompt?["cached_tokens"], "cache_read_input_tokens")
        metadata.usage.cacheWrite = try LogField.count(
            values.first("cache_creation_input_tokens")
                ?? prompt?.first("cache_creation_tokens", "cache_write_tokens"), "cache_creation_input_tokens")
        metadata.usage.cacheWrite5m = try LogField.count(
            split?["ephemeral_5m_input_tokens"], "ephemeral_5m_input_tokens")
        metadata.usage.cacheWrite1h = try LogField.count(
            split?["ephemeral_1h_input_tokens"], "ephemeral_1h_input_tokens")
        metadata.usage.inputAudio = try LogField.count(prompt?["audio_tokens"], "audio_tokens")
        metadata.usage.outputAudio = try LogField.count(completion?["audio_tokens"], "audio_tokens")
        metadata.usage.reasoning = try LogField.count(completion?["reasoning_tokens"], "reasoning_tokens")
        return metadata
    }

    /// Whether a call moves files or lists things, which the proxy logs beside inference.
    private static func isBookkeeping(_ callType: JSONValue?) -> Bool {
        guard var name = callType?.text?.string[...] else { return false }
        if name.hasPrefix("a") { name = name.dropFirst() }
        return name.hasPrefix("file_") || name.hasPrefix("create_file") || name.hasPrefix("retrieve_")
            || name.hasPrefix("list_") || name.hasPrefix("cancel_") || name.hasSuffix("_mcp_tool")
            || name.hasSuffix("call_mcp_tool")
    }
}
