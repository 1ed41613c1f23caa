internal import FastJSON
internal import TallyCore

/// The usage object of OpenAI chat completions and embeddings, and of the many hosts that answer in their shape.
///
/// Every sub-count is inside its parent: `prompt_tokens` holds the cached, written and audio tokens, and
/// `completion_tokens` the reasoning and audio tokens (OpenAI, openapi.yaml). Some hosts behind Hugging Face put
/// `cached_tokens` flat on the usage object. At xAI the reasoning tokens stand outside `completion_tokens`, which
/// `total_tokens` gives away.
enum ChatUsage {
    /// The disjoint classes; `nil` when the object has none of the counts of this shape, or they contradict its totals:
    /// then the call is kept, with unknown usage.
    static func read(_ usage: JSONValue) throws(RecordFailure) -> UsageBuckets? {
        var prompt: Int64?
        var completion: Int64?
        var total: Int64?
        var cached: Int64?
        var flatCached: Int64?
        var written: Int64?
        var inputAudio: Int64?
        var outputAudio: Int64?
        var reasoning: Int64?
        for (name, value) in usage.members {
            switch name {
            case "prompt_tokens": prompt = try count(value, "prompt_tokens")
            case "completion_tokens": completion = try count(value, "completion_tokens")
            case "total_tokens": total = value.int64
            case "cached_tokens": flatCached = try count(value, "cached_tokens")
            case "prompt_tokens_details":
                cached = try count(value["cached_tokens"], "prompt_tokens_details.cached_tokens")
                written = try count(value["cache_write_tokens"], "prompt_tokens_details.cache_write_tokens")
                inputAudio = try count(value["audio_tokens"], "prompt_tokens_details.audio_tokens")
            case "completion_tokens_details":
                reasoning = try count(value["reasoning_tokens"], "completion_tokens_details.reasoning_tokens")
                outputAudio = try count(value["audio_tokens"], "completion_tokens_details.audio_tokens")
            default: break
            }
        }
        if prompt == nil, completion == nil { return nil }
        if let total {
            let sum = (prompt ?? 0) + (completion ?? 0)
            if let stated = completion, let thought = reasoning, thought > 0, total == sum + thought {
                completion = stated + thought
            } else if total < sum || (prompt != nil && completion != nil && total != sum) {
                return nil
            }
        }
        if let completion, completion > UsageBuckets.maximumQuantity { return nil }
        var buckets = UsageBuckets()
        if let prompt {
            let read = cached ?? flatCached
            let rest = prompt - (read ?? 0) - (written ?? 0) - (inputAudio ?? 0)
            if rest < 0 { return nil }
            buckets[.input] = rest
            buckets[.cacheRead] = read
            buckets[.cacheWrite30m] = written
            buckets[.inputAudio] = inputAudio
        }
        if let completion {
            let rest = completion - (outputAudio ?? 0)
            if rest < 0 || (reasoning ?? 0) > rest { return nil }
            buckets[.output] = rest
            buckets[.outputAudio] = outputAudio
            buckets[.reasoning] = reasoning
        }
        return buckets
    }

    private static func count(_ value: JSONValue?, _ name: String) throws(RecordFailure) -> Int64? {
        guard let value, !value.isNull else { return nil }
        guard let number = value.numberText else {
            throw RecordFailure("response.usage.\(name) is no number; write a number")
        }
        return try FieldReader.quantity(number.string, of: .input, field: "response.usage.\(name)")
    }
}
