internal import FastJSON
internal import TallyCore

/// The output of OpenAI's batches, one answered request a line: `{id, custom_id, response{status_code, request_id, body},
/// error}`.
///
/// Billed at the batch rate, whatever tier the body names. A line without an answer was not billed (OpenAI, batch FAQ).
/// A body has its time only where the API gives one (`created`, `created_at`): embeddings have none, and are refused.
struct OpenAIBatchLog: LogReader {
    mutating func read(_ record: JSONValue, at position: Int, into sink: inout LogSink) throws(RecordFailure) {
        guard let response = record["response"]?.object, let body = response["body"]?.object else {
            sink.pass(.unanswered)
            return
        }
        var parts = EventParts()
        parts.event.status = try LogField.status(response["status_code"], "response.status_code")
        guard let created = try LogField.time(body.first("created", "created_at"), "created", zone: sink.zone) else {
            if body["error"]?.object != nil || (parts.event.status ?? 0) >= 400 {
                sink.pass(.unanswered)
                return
            }
            throw RecordFailure("response.body has no created time; this batch cannot be placed in time by its output")
        }
        parts.event.time = created
        parts.event.id = try LogField.text(record["id"], "id")
        parts.event.requestID = try LogField.text(body["id"], "response.body.id")
        parts.event.isStream = false
        parts.seller.biller = "openai"
        parts.seller.model = try LogField.text(body["model"], "response.body.model")
        parts.seller.serviceTier = "batch"
        if let usage = body["usage"]?.object {
            parts.event.usage = try OpenAICounts.read(usage).buckets(writes: .cacheWrite30m)
        }
        sink.add(parts, seller: .assumed, transportID: LogField.description(response["request_id"]))
    }
}

/// The usage objects of OpenAI's chat completions and responses, which differ in their names only.
enum OpenAICounts {
    static func read(_ object: JSONValue) throws(RecordFailure) -> InclusiveUsage {
        let input = object.first("prompt_tokens_details", "input_tokens_details")
        let output = object.first("completion_tokens_details", "output_tokens_details")
        var usage = InclusiveUsage()
        usage.input = try LogField.count(object.first("prompt_tokens", "input_tokens"), "usage.prompt_tokens")
        usage.output = try LogField.count(object.first("completion_tokens", "output_tokens"), "usage.completion_tokens")
        usage.total = try LogField.count(object["total_tokens"], "usage.total_tokens")
        usage.cacheRead = try LogField.count(input?["cached_tokens"], "usage.cached_tokens")
        usage.cacheWrite = try LogField.count(input?["cache_write_tokens"], "usage.cache_write_tokens")
        usage.inputAudio = try LogField.count(input?["audio_tokens"], "usage.audio_tokens")
        usage.outputAudio = try LogField.count(output?["audio_tokens"], "usage.audio_tokens")
        usage.reasoning = try LogField.count(output?["reasoning_tokens"], "usage.reasoning_tokens")
        return usage
    }
}
