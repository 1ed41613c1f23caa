internal import FastJSON
internal import TallyCore

/// What a router says in a usage object that a call cost, as OpenRouter does: `cost` in credits, which are dollars.
enum ReportedCost {
    /// The cost, `nil` when the object states none or states it in another shape, as Perplexity does.
    ///
    /// With a key of one's own `cost` is the router's fee alone; the provider's bill stands apart, and without it the
    /// cost of the call is unknown.
    static func read(usage: JSONValue) -> Money? {
        guard let cost = amount(usage["cost"]) else { return nil }
        if usage["is_byok"]?.bool != true { return cost }
        guard let upstream = amount(usage["cost_details"]?["upstream_inference_cost"]) else { return nil }
        let sum = cost + upstream
        return sum > UsageEvent.maximumCost ? nil : sum
    }

    /// An amount; one that no call can cost is none, since a good call must not be lost for it.
    private static func amount(_ value: JSONValue?) -> Money? {
        guard let text = value?.numberText else { return nil }
        return try? FieldReader.money(text.string, field: "response.usage.cost")
    }
}
