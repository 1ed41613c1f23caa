internal import FastJSON
internal import TallyCore

/// Langfuse's observations, as its API, its exports of JSON lines and its tables have them (Langfuse, `commons.yml`).
///
/// The keys of `usageDetails` are disjoint, since cached and reasoning tokens are taken out when Langfuse ingests them;
/// `total` is a sum. `costDetails` is Langfuse's own computation.
struct LangfuseLog: LogReader {
    mutating func read(_ record: JSONValue, at position: Int, into sink: inout LogSink) throws(RecordFailure) {
        guard let type = record["type"]?.text, type == "GENERATION" || type == "EMBEDDING" else {
            sink.pass(.noInference)
            return
        }
        let start = try LogField.requiredTime(record.first("startTime", "start_time"), "startTime", zone: sink.zone)
        let end = try LogField.time(record.first("endTime", "end_time"), "endTime", zone: sink.zone)
        let first = try LogField.time(
            record.first("completionStartTime", "completion_start_time"), "completionStartTime", zone: sink.zone)

        var parts = EventParts()
        parts.event.time = start
        parts.event.durationMs = LogField.milliseconds(from: start, to: end)
        parts.event.ttfbMs = LogField.milliseconds(from: start, to: first)
        parts.event.id = try LogField.text(record["id"], "id")
        if record["level"]?.text.map({ $0 == "ERROR" }) == true { parts.event.outcome = .failed }
        parts.seller.model = try LogField.text(
            record.first("model", "providedModelName", "provided_model_name"), "model")
        let basis = Self.readSeller(record, into: &parts.seller, in: sink)
        let writes = Seller.unsplitWrites(of: parts.seller)
        let details = try sink.withObject(record.first("usageDetails", "usage_details"), "usageDetails") {
            (object: JSONValue) throws(RecordFailure) in
            try Self.usage(object, writes: writes)
        }
        let legacy = try sink.withObject(record["usage"], "usage", Self.legacyUsage)
        parts.event.usage = (details ?? nil) ?? (legacy ?? nil)
        parts.charged.user = LogField.description(record.first("userId", "user_id"))
        if let environment = LogField.description(record["environment"]), environment != "default" {
            parts.charged.tags = ["environment": environment]
        }
        let estimate = sink.withDescription(record.first("costDetails", "cost_details")) { object in
            LogField.estimate(object["total"])
        }
        sink.add(
            parts, seller: basis,
            estimate: estimate ?? LogField.estimate(record.first("calculatedTotalCost", "total_cost")))
    }

    /// Langfuse does not say who sold a call; LangChain and OpenTelemetry leave it in the metadata.
    private static func readSeller(
        _ record: JSONValue, into seller: inout EventParts.Seller, in sink: borrowing LogSink
    ) -> SellerBasis {
        let stated = sink.withDescription(record["metadata"]) { (object: JSONValue) -> String? in
            let attributes = object["attributes"]?.object
            return LogField.description(
                object["ls_provider"] ?? attributes?.first("gen_ai.provider.name", "gen_ai.system"))
        }
        if let stated, let provider = Seller.named(byOpenTelemetry: stated) {
            seller.biller = provider
            return .stated
        }
        seller.biller = seller.model.flatMap(Seller.maker(ofModel:))
        return .assumed
    }

    /// The keys that are one class under several names; of those a record repeats, the largest counts.
    private static let classes: [String: UsageClass] = [
        "input": .input, "prompt_tokens": .input, "input_tokens": .input,
        "input_cached_tokens": .cacheRead, "input_cache_read": .cacheRead, "cache_read_input_tokens": .cacheRead,
        "input_cache_creation_5m": .cacheWrite5m, "input_cache_creation_1h": .cacheWrite1h,
        "input_audio": .inputAudio, "input_audio_tokens": .inputAudio,
        "input_image": .inputImage, "input_image_tokens": .inputImage,
        "input_video": .inputVideo, "input_video_tokens": .inputVideo,
        "output": .output, "completion_tokens": .output, "output_tokens": .output,
        "output_reasoning": .reasoning, "output_reasoning_tokens": .reasoning,
        "output_audio": .outputAudio, "output_audio_tokens": .outputAudio,
        "output_image": .outputImage, "output_image_tokens": .outputImage,
    ]

    private static let unsplitWrites: Set<String> = ["input_cache_creation", "cache_creation_input_tokens"]

    private static func usage(_ details: JSONValue, writes: UsageClass) throws(RecordFailure) -> UsageBuckets? {
        var usage = UsageBuckets()
        var written: Int64?
        var others: (input: Int64, output: Int64) = (0, 0)
        var place = 0
        for (key, value) in details.members {
            place += 1
            let name = key.string
            if name.hasPrefix("total") { continue }
            // Told by its place: the name may be anything.
            guard let count = try LogField.count(value, "usageDetails, member \(place),") else { continue }
            if let known = classes[name] {
                usage[known] = max(usage.quantity(known), count)
            } else if unsplitWrites.contains(name) {
                written = max(written ?? 0, count)
            } else if name.hasPrefix("input_") {
                others.input += count
            } else if name.hasPrefix("output_") {
                others.output += count
            }
        }
        // Where the writes are told apart by lifetime too, their sum is not written once more.
        if let written, written != usage.quantity(.cacheWrite5m) + usage.quantity(.cacheWrite1h) {
            try add(written, to: writes, of: &usage)
        }
        if others.input > 0 { try add(others.input, to: .input, of: &usage) }
        if others.output > 0 { try add(others.output, to: .output, of: &usage) }
        // Langfuse has taken the reasoning out of the output.
        if let reasoning = usage[.reasoning] { try add(reasoning, to: .output, of: &usage) }
        return usage.statesNothing ? nil : usage
    }

    private static func add(
        _ count: Int64, to usageClass: UsageClass, of usage: inout UsageBuckets
    ) throws(RecordFailure) {
        let (sum, overflow) = usage.quantity(usageClass).addingReportingOverflow(count)
        if overflow || sum > UsageBuckets.maximumQuantity {
            throw RecordFailure("usageDetails counts more than \(UsageBuckets.maximumQuantity) tokens in one call")
        }
        usage[usageClass] = sum
    }

    /// The older member: input and output in some unit, of which only tokens can be told.
    private static func legacyUsage(_ object: JSONValue) throws(RecordFailure) -> UsageBuckets? {
        if let unit = object["unit"]?.text, !(unit == "TOKENS") { return nil }
        var usage = InclusiveUsage()
        usage.input = try LogField.count(object.first("input", "promptTokens"), "usage.input")
        usage.output = try LogField.count(object.first("output", "completionTokens"), "usage.output")
        return usage.buckets(writes: .cacheWrite5m)
    }
}
