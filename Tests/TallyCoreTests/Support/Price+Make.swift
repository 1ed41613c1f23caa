import TallyCore
import Testing

extension Price {
    /// A price as a test needs it, for a biller `b` and its provider `p` unless told otherwise.
    static func make(
        _ usageClass: UsageClass, _ amount: String, per: Int64? = nil, biller: String = "b", provider: String? = "p",
        model: String = "m", from: String? = nil, to: String? = nil, above: Int64? = nil, window: DailyWindow? = nil,
        tier: String? = nil, isFree: Bool = false, source: String = "s"
    ) throws -> Price {
        var conditions = Conditions()
        conditions.effectiveFrom = try from.map(instant)
        conditions.effectiveTo = try to.map(instant)
        conditions.inputTokensAbove = above
        conditions.window = window
        conditions.serviceTier = tier
        let rate = try #require(Rate(amount: try Money(parsing: amount), per: per ?? usageClass.defaultBatch))
        return Price(
            biller: biller, provider: provider, model: ModelPattern(model), usageClass: usageClass, rate: rate,
            conditions: conditions, isFree: isFree, source: source)
    }
}

extension UsageBuckets {
    /// Buckets of some classes.
    static func of(_ quantities: KeyValuePairs<UsageClass, Int64>) -> UsageBuckets {
        var usage = UsageBuckets()
        for (usageClass, quantity) in quantities { usage[usageClass] = quantity }
        return usage
    }
}

extension PriceBook {
    /// The charge of a call to model `m` of biller `b` and provider `p`, unless told otherwise.
    func charge(
        _ usage: UsageBuckets?, at time: String = "2026-06-01T12:00:00Z", tier: String? = nil, biller: String? = "b",
        provider: String? = "p", model: String? = "m"
    ) throws -> Charge {
        charge(
            for: Offering(biller: biller, provider: provider, model: model, serviceTier: tier), usage: usage,
            at: try instant(time))
    }
}

extension Charge {
    /// The amount as text, or the reason why there is none.
    var text: String {
        switch self {
        case .priced(let cost, _): cost.description
        case .unpriced(let reason): reason.rawValue
        }
    }
}
