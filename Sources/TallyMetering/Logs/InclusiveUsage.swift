internal import TallyCore

/// Counts of which the totals hold their parts, as LiteLLM, OpenTelemetry, Codex and OpenAI write them.
///
/// The input holds what was read from and written to a cache and the audio; the output holds the reasoning and the
/// audio (facts, section 5).
struct InclusiveUsage {
    var input: Int64?
    var output: Int64?
    /// What the log says input and output are together; tells on which side the reasoning stands.
    var total: Int64?
    var cacheRead: Int64?
    /// All that was written to a cache, of which some may be told apart by lifetime.
    var cacheWrite: Int64?
    var cacheWrite5m: Int64?
    var cacheWrite1h: Int64?
    var inputAudio: Int64?
    var outputAudio: Int64?
    var reasoning: Int64?

    /// The disjoint classes; `nil` when nothing was counted, or a part exceeds its whole.
    ///
    /// A cache that exceeds the input cannot be in it: some writers leave it out, as Anthropic does. Reasoning that
    /// exceeds the output, or that the total holds besides it, stands outside it, as at xAI.
    ///
    /// - Parameter writes: The class of writes whose lifetime is not stated.
    /// - Returns: The classes that were stated.
    func buckets(writes: UsageClass) -> UsageBuckets? {
        var usage = UsageBuckets()
        if let input {
            let split = (cacheWrite5m ?? 0) + (cacheWrite1h ?? 0)
            let unsplit = max(0, (cacheWrite ?? 0) - split)
            let cached = (cacheRead ?? 0) + split + unsplit
            let rest = (cached > input ? input : input - cached) - (inputAudio ?? 0)
            if rest < 0 { return nil }
            usage[.input] = rest
            usage[.cacheRead] = cacheRead
            usage[.cacheWrite5m] = cacheWrite5m
            usage[.cacheWrite1h] = cacheWrite1h
            if cacheWrite != nil, unsplit > 0 || split == 0 { usage[writes] = usage.quantity(writes) + unsplit }
            usage[.inputAudio] = inputAudio
        }
        if let output {
            let thought = reasoning ?? 0
            let isOutside = thought > output || (thought > 0 && total == (input ?? 0) + output + thought)
            let rest = (isOutside ? output + thought : output) - (outputAudio ?? 0)
            if rest < thought || rest > UsageBuckets.maximumQuantity { return nil }
            usage[.output] = rest
            usage[.outputAudio] = outputAudio
            usage[.reasoning] = reasoning
        }
        return usage.statesNothing ? nil : usage
    }
}
