package import TallyCore

/// A small price table with one of everything: tiers, dates, hours, prefixes, free models, classes without a price.
package enum SamplePrices {
    /// The day the model `dated` got its first price.
    static let firstDay = "2026-03-10T00:00:00Z"

    /// The models that ``EventGenerator`` draws from, with who bills and who serves them; some have no price.
    static let offerings: [Offering] = [
        Offering(biller: "together", provider: "together", model: "plain"),
        Offering(biller: "together", provider: "together", model: "Plain", route: .direct),
        Offering(biller: "openai", provider: "openai", model: "tiered", route: .direct),
        Offering(biller: "openai", provider: "openai", model: "tiered", serviceTier: "batch"),
        Offering(biller: "huggingface", provider: "together", model: "dated", route: .routed, account: "team"),
        Offering(biller: "huggingface", provider: "fireworks", model: "dated", route: .ownKey),
        Offering(biller: "openrouter", model: "any/one"),
        Offering(biller: "openrouter", provider: "deepinfra", model: "any/two"),
        Offering(biller: "fal", provider: "fal", model: "pictures"),
        Offering(biller: "fal", provider: "fal", model: "free"),
        Offering(biller: "huggingface", provider: "hf-inference", model: "seconds", route: .serverless),
        Offering(biller: "together", provider: "together", model: "unheard-of"),
        Offering(biller: "together", provider: "together"),
        Offering(),
    ]

    /// The table.
    package static func makeTable() throws -> PriceTable {
        var aliases = ProviderAliases()
        aliases.add("fireworks-ai", for: "fireworks")
        return PriceTable(prices: try prices(), aliases: aliases)
    }

    /// The book of the table.
    package static func makeBook() throws -> PriceBook { try makeTable().makeBook() }

    /// One price; what is not said has no condition.
    package static func price(
        _ biller: String, _ provider: String?, _ model: String, _ usageClass: UsageClass, _ amount: String,
        per: Int64? = nil, isFree: Bool = false, source: String = "sample",
        _ condition: (inout Price.Conditions) -> Void = { _ in }
    ) throws -> Price {
        var conditions = Price.Conditions()
        condition(&conditions)
        guard let rate = Rate(amount: try Money(parsing: amount), per: per ?? usageClass.defaultBatch) else {
            throw Money.ParseFailure.outOfRange
        }
        return Price(
            biller: biller, provider: provider, model: ModelPattern(model), usageClass: usageClass, rate: rate,
            conditions: conditions, isFree: isFree, source: source)
    }

    private static func prices() throws -> [Price] {
        let firstDay: Instant? =
            if case .instant(let instant)? = TimeText(firstDay) { instant } else { nil }
        return [
            try price("together", "together", "plain", .input, "0.90"),
            try price("together", "together", "plain", .output, "0.90"),
            try price("openai", "openai", "tiered", .input, "0.15"),
            try price("openai", "openai", "tiered", .cacheRead, "0.075"),
            try price("openai", "openai", "tiered", .output, "0.60"),
            try price("openai", "openai", "tiered", .input, "0.30") { $0.inputTokensAbove = 100_000 },
            try price("openai", "openai", "tiered", .input, "0.07") { $0.serviceTier = "batch" },
            try price("openai", "openai", "tiered", .output, "0.29") {
                $0.window = DailyWindow(startMinute: 990, endMinute: 30)
            },
            try price("huggingface", nil, "dated", .input, "0.2", per: 3) { $0.effectiveFrom = firstDay },
            try price("huggingface", nil, "dated", .output, "1.000000000007", per: 7) { $0.effectiveFrom = firstDay },
            try price("openrouter", nil, "any/*", .input, "3"),
            try price("openrouter", nil, "any/*", .output, "15"),
            try price("fal", "fal", "pictures", .images, "0.025"),
            try price("fal", "fal", "pictures", .megapixels, "0.0123"),
            try price("fal", "fal", "free", .images, "0", isFree: true),
            try price("fal", "fal", "free", .input, "0", isFree: true),
            try price("huggingface", "hf-inference", "seconds", .computeSeconds, "0.00012"),
        ]
    }
}
