internal import FastJSON
internal import TallyCore

/// The session files of Codex (facts, section 7; ccusage, `adapter/codex`).
///
/// A `token_count` states the session's totals so far and what the last call added; a repeated total means that nothing
/// was called. The model is that of the last `turn_context`. Cached tokens are inside the input, reasoning inside the
/// output. What is remembered is one model, one provider and one set of totals.
struct CodexLog: LogReader {
    /// The counts of a session or a call.
    private struct Counts: Equatable {
        var input: Int64 = 0
        var cached: Int64 = 0
        var output: Int64 = 0
        var reasoning: Int64 = 0

        /// What was added since `earlier`; these counts themselves when the session began to count anew.
        func since(_ earlier: Counts) -> Counts {
            if input < earlier.input || cached < earlier.cached || output < earlier.output
                || reasoning < earlier.reasoning
            {
                return self
            }
            return Counts(
                input: input - earlier.input, cached: cached - earlier.cached, output: output - earlier.output,
                reasoning: reasoning - earlier.reasoning)
        }
    }

    private var model: String?
    private var provider: String?
    private var totals: Counts?
    private var firstPosition: Int?

    /// The first record: the totals and the model of a session come from all that stands before.
    var resumePosition: Int? { firstPosition }

    mutating func read(_ record: JSONValue, at position: Int, into sink: inout LogSink) throws(RecordFailure) {
        if firstPosition == nil { firstPosition = position }
        guard let type = record["type"]?.text, let payload = record["payload"]?.object else {
            sink.pass(.noUsage)
            return
        }
        switch type {
        case "session_meta":
            provider = LogField.description(payload["model_provider"])
            sink.pass(.noUsage)
        case "turn_context":
            if let named = try LogField.text(payload["model"], "payload.model") { model = named }
            sink.pass(.noUsage)
        case "event_msg":
            guard let kind = payload["type"]?.text, kind == "token_count", let info = payload["info"]?.object else {
                sink.pass(.noUsage)
                return
            }
            try readCounts(info, of: record, into: &sink)
        default: sink.pass(.noUsage)
        }
    }

    private mutating func readCounts(
        _ info: JSONValue, of record: JSONValue, into sink: inout LogSink
    ) throws(RecordFailure) {
        let now = try Self.counts(info["total_token_usage"], "total_token_usage")
        let last = try Self.counts(info["last_token_usage"], "last_token_usage")
        let time = try LogField.requiredTime(record["timestamp"], "timestamp", zone: sink.zone)
        let before = totals
        if let now { totals = now }
        // The last call comes first: a resumed session begins with the totals of the one it goes on with.
        guard now == nil || now != before, let added = last ?? now?.since(before ?? Counts()) else {
            sink.pass(.repetition)
            return
        }
        var usage = InclusiveUsage()
        usage.input = added.input
        usage.cacheRead = min(added.cached, added.input)
        usage.output = added.output
        usage.reasoning = min(added.reasoning, added.output)
        guard let buckets = usage.buckets(writes: .cacheWrite30m) else {
            sink.pass(.noUsage)
            return
        }
        var parts = EventParts()
        parts.event.time = time
        parts.event.usage = buckets
        parts.seller.model = try LogField.text(info["model"], "info.model") ?? model
        parts.seller.biller = provider ?? "openai"
        sink.add(parts, seller: provider == nil ? .assumed : .stated)
    }

    private static func counts(_ value: JSONValue?, _ name: String) throws(RecordFailure) -> Counts? {
        guard let object = value?.object else { return nil }
        return Counts(
            input: try LogField.count(object["input_tokens"], "\(name).input_tokens") ?? 0,
            cached: try LogField.count(
                object.first("cached_input_tokens", "cache_read_input_tokens"), "\(name).cached_input_tokens") ?? 0,
            output: try LogField.count(object["output_tokens"], "\(name).output_tokens") ?? 0,
            reasoning: try LogField.count(object["reasoning_output_tokens"], "\(name).reasoning_output_tokens") ?? 0)
    }
}
