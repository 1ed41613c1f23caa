import TallyCore
import TallyService
import Testing

struct QuoteTests {
    private func price(
        _ usageClass: UsageClass, _ amount: String, biller: String = "b", provider: String? = "b", tier: String? = nil,
        isFree: Bool = false
    ) throws -> Price {
        var conditions = Price.Conditions()
        conditions.serviceTier = tier
        let rate = try #require(Rate(amount: try Money(parsing: amount), per: 1_000_000))
        return Price(
            biller: biller, provider: provider, model: .exact("m"), usageClass: usageClass, rate: rate,
            conditions: conditions, isFree: isFree, source: "s")
    }

    private func warnings(
        _ offering: Offering, _ usage: KeyValuePairs<UsageClass, Int64>, prices: [Price]
    ) throws -> [String] {
        var buckets = UsageBuckets()
        for (usageClass, quantity) in usage { buckets[usageClass] = quantity }
        let book = try PriceBook(prices: prices)
        return Quote(offering, usage: buckets, at: Instant(microseconds: 0), book: book).warnings
    }

    /// A tier without a price of its own is charged as every other call, and never silently.
    @Test(
        arguments: [
            (nil, []), ("default", []), ("standard", []), ("auto", []), ("Standard", []), ("batch", []),
            ("flex", ["service_tier_not_priced: flex"]), ("priority", ["service_tier_not_priced: priority"]),
        ] as [(String?, [String])])
    func saysWhenAServiceTierHasNoPrice(tier: String?, expected: [String]) throws {
        let prices = [try price(.input, "1"), try price(.input, "0.5", tier: "batch")]
        let offering = Offering(biller: "b", model: "m", serviceTier: tier)
        #expect(try warnings(offering, [.input: 1], prices: prices) == expected)
    }

    @Test func saysWhenTheProviderIsOnlyAskedFor() throws {
        let prices = [try price(.input, "1", biller: "huggingface", provider: "groq")]
        let asked = try warnings(Offering(biller: "huggingface", model: "m:groq"), [.input: 1], prices: prices)
        #expect(
            asked == [
                "no_price",
                "provider_unknown: the model's name asks for groq, which is not to say that it served; name the provider",
            ])
        let served = Offering(biller: "huggingface", provider: "groq", model: "m:groq")
        #expect(try warnings(served, [.input: 1], prices: prices).isEmpty)
    }

    @Test func saysWhatIsFreeAndWhatIsPricedAsItsWhole() throws {
        let prices = [try price(.input, "0", isFree: true)]
        let offering = Offering(biller: "b", model: "m")
        #expect(
            try warnings(offering, [.cacheRead: 1, .output: 1], prices: prices) == [
                "class_not_priced: output", "cache_read is priced as input", "free",
            ])
    }

    @Test func namesEveryClassThatLeavesACallUnpriced() throws {
        let found = try warnings(
            Offering(biller: "b", model: "m"), [.output: 3, .reasoning: 1, .images: 2, .characters: 0],
            prices: [try price(.input, "1")])
        #expect(found == ["class_not_priced: output", "class_not_priced: images"])
    }
}
