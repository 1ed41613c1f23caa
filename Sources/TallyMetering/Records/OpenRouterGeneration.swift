package import FastJSON
package import TallyCore

/// What OpenRouter finally says of one call (OpenRouter, OpenAPI `/generation`): what it billed, by the tokenizer of the
/// model that served.
///
/// `native_tokens_prompt` holds the cached tokens and `native_tokens_completion` the reasoning and the images;
/// `tokens_prompt` and `tokens_completion` are of another tokenizer and not billed.
package enum OpenRouterGeneration {
    /// What the form is called.
    package static let formName = "openrouter-generation"
    /// Who bills the calls.
    package static let biller = "openrouter"

    /// Reads an answer.
    ///
    /// The identity is made from the id alone, so that the same call asked for twice is one event.
    ///
    /// - Parameters:
    ///   - root: The answer.
    ///   - id: The id that was asked for.
    ///   - aliases: The spellings of providers.
    /// - Returns: The call.
    /// - Throws: ``RecordFailure`` when the answer is not about that call, or cannot be read.
    package static func read(
        _ root: JSONValue, of id: String, aliases: ProviderAliases
    ) throws(RecordFailure) -> UsageEvent {
        guard let data = root["data"]?.object else {
            throw RecordFailure("data is missing; the answer has no generation")
        }
        guard let said = data["id"]?.text?.string, said == id else {
            throw RecordFailure("data.id is not the id that was asked for; the answer is of another generation")
        }
        var record = IdentityRecord()
        record.reset("openrouter-generation")
        record.append(id)
        var event = UsageEvent(
            identity: EventIdentity(hashing: record),
            time: try LogField.requiredTime(data["created_at"], "data.created_at", zone: .utc))
        event.requestID = id
        let isOwnKey = LogField.isTrue(data["is_byok"])
        let sellers = aliases.resolve(biller: biller, provider: LogField.description(data["provider_name"]))
        event.offering = Offering(
            biller: sellers.biller, provider: sellers.provider, model: try LogField.text(data["model"], "data.model"),
            route: isOwnKey ? .ownKey : .routed, serviceTier: LogField.description(data["service_tier"]))
        event.usage = try usage(data)
        event.billedCost = try cost(data, isOwnKey: isOwnKey)
        event.outcome = LogField.isTrue(data["cancelled"]) ? .interrupted : .complete
        event.isStream = data["streamed"]?.bool
        event.durationMs = LogField.milliseconds(data["generation_time"])
        event.ttfbMs = LogField.milliseconds(data["latency"])
        return event
    }

    private static func usage(_ data: JSONValue) throws(RecordFailure) -> UsageBuckets? {
        var counts = InclusiveUsage()
        counts.input = try LogField.count(data["native_tokens_prompt"], "data.native_tokens_prompt")
        counts.cacheRead = try LogField.count(data["native_tokens_cached"], "data.native_tokens_cached")
        counts.output = try LogField.count(data["native_tokens_completion"], "data.native_tokens_completion")
        counts.reasoning = try LogField.count(data["native_tokens_reasoning"], "data.native_tokens_reasoning")
        guard var usage = counts.buckets(writes: .cacheWrite5m) else { return nil }
        let images = try LogField.count(
            data["native_tokens_completion_images"], "data.native_tokens_completion_images")
        if let images, images > 0 {
            usage[.outputImage] = images
            // More than there is beside the reasoning cannot be a part of it.
            let rest = usage.quantity(.output) - images
            if rest >= usage.quantity(.reasoning) { usage[.output] = rest }
        }
        return usage
    }

    /// What the call cost in all: with a key of the customer's own `total_cost` is the router's fee alone, and without the
    /// provider's part the cost is unknown.
    private static func cost(_ data: JSONValue, isOwnKey: Bool) throws(RecordFailure) -> Money? {
        guard let fee = try amount(data["total_cost"], "data.total_cost") else {
            throw RecordFailure("data.total_cost is missing; the answer has no cost")
        }
        if !isOwnKey { return fee }
        guard let upstream = try amount(data["upstream_inference_cost"], "data.upstream_inference_cost") else {
            return nil
        }
        let sum = fee + upstream
        return sum > UsageEvent.maximumCost ? nil : sum
    }

    private static func amount(_ value: JSONValue?, _ name: String) throws(RecordFailure) -> Money? {
        guard let value, !value.isNull else { return nil }
        guard let text = value.scalarText else { throw RecordFailure("\(name) is no number; write a number") }
        return try FieldReader.money(text, field: name)
    }
}
