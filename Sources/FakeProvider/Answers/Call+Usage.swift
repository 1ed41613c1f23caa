extension Call {
    /// The usage of a chat completion as the host writes it, without cost of any kind where it states none.
    var chatUsage: String {
        let counts =
            #""prompt_tokens":\#(usage.prompt),"completion_tokens":\#(usage.completion),"total_tokens":\#(usage.total)"#
        let details =
            #","prompt_tokens_details":{"cached_tokens":\#(usage.cached),"audio_tokens":0},"#
            + #""completion_tokens_details":{"reasoning_tokens":\#(usage.reasoning),"audio_tokens":0}"#
        switch host {
        case .groq:
            return #"{"queue_time":0.0312,"prompt_time":0.0141,"completion_time":0.2417,"total_time":0.2558,"#
                + counts + details + "}"
        case .openRouter:
            let cost = Self.dollars(usage.microdollars)
            let promptCost = Self.dollars(usage.prompt)
            let completionCost = Self.dollars(usage.microdollars - usage.prompt)
            return "{" + counts + #","cost":\#(cost),"is_byok":false,"#
                + #""cost_details":{"upstream_inference_cost":\#(cost),"upstream_inference_prompt_cost":\#(promptCost),"#
                + #""upstream_inference_completions_cost":\#(completionCost)}"# + details + "}"
        case .huggingFace:
            // As the router's documentation has it; a cached count sits flat there, where there is one.
            return "{" + counts + (usage.cached > 0 ? #","cached_tokens":\#(usage.cached)"# : "") + "}"
        case .openAI, .anthropic, .fal: return "{" + counts + details + "}"
        }
    }

    /// The usage of the Responses API.
    var responsesUsage: String {
        #"{"input_tokens":\#(usage.prompt),"input_tokens_details":{"cached_tokens":\#(usage.cached)},"#
            + #""output_tokens":\#(usage.completion),"#
            + #""output_tokens_details":{"reasoning_tokens":\#(usage.reasoning)},"total_tokens":\#(usage.total)}"#
    }

    /// The usage of Anthropic, which counts what came from the cache apart.
    ///
    /// - Parameter output: The tokens of the completion so far.
    /// - Returns: The JSON object.
    func messagesUsage(output: Int) -> String {
        #"{"input_tokens":\#(usage.prompt - usage.cached),"cache_creation_input_tokens":0,"#
            + #""cache_read_input_tokens":\#(usage.cached),"output_tokens":\#(output),"service_tier":"standard"}"#
    }

    /// An amount of millionths of a dollar as a JSON number.
    private static func dollars(_ microdollars: Int) -> String {
        let fraction = String(microdollars % 1_000_000)
        return "\(microdollars / 1_000_000)." + String(repeating: "0", count: 6 - fraction.utf8.count) + fraction
    }
}
