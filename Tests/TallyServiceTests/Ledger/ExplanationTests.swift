import TallyCore
import TallyService
import TallyTestSupport
import Testing

/// What an explanation says of classes that have no price.
struct ExplanationTests {
    private func explanation(_ usage: KeyValuePairs<UsageClass, Int64>) throws -> Explanation {
        let book = try PriceBook(prices: [try SamplePrices.price("a", "a", "m", .output, "3")])
        var buckets = UsageBuckets()
        for (usageClass, quantity) in usage { buckets[usageClass] = quantity }
        var event = UsageEvent(identity: EventIdentity(high: 1, low: 2), time: Instant.earliestEvent)
        event.offering = Offering(biller: "a", provider: "a", model: "m")
        event.usage = buckets
        let charge = book.charge(for: event.offering, usage: event.usage, at: event.time)
        let record = ChargeRecord(charge, book: book)
        return Explanation(
            ChargeExplanation(
                stored: StoredEvent(
                    event: event, computedCost: charge.cost, priceIDs: record.priceIDs,
                    unpricedReason: record.unpricedReason),
                record: record, prices: [:], changes: [], identities: [event.identity]))
    }

    @Test func partlyPricedCallsNameWhatHasNoPrice() throws {
        let explained = try explanation([.input: 10, .output: 20])
        #expect(explained.notPriced.map(\.usageClass) == [.input])
        #expect(explained.notPriced.map(\.quantity) == [10])
        #expect(explained.addsUp)
    }

    /// Why a call is unpriced is of use only with what it was that had no price (I6).
    @Test func callsWithoutAnyPricedClassNameThemAll() throws {
        let explained = try explanation([.input: 10, .images: 2, .webSearches: 0])
        #expect(explained.source.record.unpricedReason == "class_not_priced")
        #expect(explained.notPriced.map(\.usageClass) == [.input, .images])
        #expect(explained.notPriced.map(\.quantity) == [10, 2])
        #expect(explained.sum == nil && explained.addsUp)
    }
}
