internal import FastJSON
internal import TallyCore

/// What a usage object says that a call cost.
struct ReportedCost {
    /// What the biller says: OpenRouter's `cost` in credits, which are dollars, and xAI's ticks.
    private(set) var reported: Money?
    /// What a host says that does not send the bill, and DeepInfra's `estimated_cost`; it never overrides.
    private(set) var estimated: Money?

    /// Reads the costs of a usage object; of several, the largest counts, since they grow.
    ///
    /// - Parameters:
    ///   - usage: The object.
    ///   - isOfBiller: Whether the host of the body sends the bill.
    mutating func take(usage: JSONValue, isOfBiller: Bool) {
        if let said = Self.cost(usage) ?? Self.ticks(usage["cost_in_usd_ticks"]) {
            if isOfBiller {
                reported = max(reported ?? .zero, said)
            } else {
                estimated = max(estimated ?? .zero, said)
            }
        }
        if let said = Self.amount(usage["estimated_cost"]) { estimated = max(estimated ?? .zero, said) }
    }

    /// The cost a router states, `nil` when the object states none or states it in another shape, as Perplexity does.
    ///
    /// With a key of one's own `cost` is the router's fee alone; the provider's bill stands apart, and without it the
    /// cost of the call is unknown.
    private static func cost(_ usage: JSONValue) -> Money? {
        guard let cost = amount(usage["cost"]) else { return nil }
        if usage["is_byok"]?.bool != true { return cost }
        guard let upstream = amount(usage["cost_details"]?["upstream_inference_cost"]) else { return nil }
        let sum = cost + upstream
        return sum > UsageEvent.maximumCost ? nil : sum
    }

    /// An amount in xAI's ticks, of which 10¹⁰ make a dollar.
    private static func ticks(_ value: JSONValue?) -> Money? {
        guard let ticks = value?.int64, ticks >= 0 else { return nil }
        let amount = Money(picodollars: Int128(ticks) * 100)
        return amount > UsageEvent.maximumCost ? nil : amount
    }

    /// An amount; one that no call can cost is none, since a good call must not be lost for it.
    private static func amount(_ value: JSONValue?) -> Money? {
        guard let text = value?.numberText else { return nil }
        return try? FieldReader.money(text.string, field: "response.usage.cost")
    }
}
