import TallyCore
import Testing

/// Prices that hold for a while, and prices for every call.
struct PromotionTests {
    @Test func afterAFreePromotionTheEarlierPriceReturns() throws {
        let book = try PriceBook(prices: [
            .make(.input, "2"), .make(.output, "4"),
            .make(.input, "0", from: "2026-05-01T00:00:00Z", to: "2026-05-15T00:00:00Z", isFree: true),
            .make(.output, "0", from: "2026-05-01T00:00:00Z", to: "2026-05-15T00:00:00Z", isFree: true),
        ])
        let usage = UsageBuckets.of([.input: 1_000_000, .output: 1_000_000])
        for (time, cost, isFree) in [
            ("2026-04-30T23:59:59Z", "6.00", false), ("2026-05-01T00:00:00Z", "0.00", true),
            ("2026-05-14T23:59:59Z", "0.00", true), ("2026-05-15T00:00:00Z", "6.00", false),
        ] {
            let charge = try book.charge(usage, at: time)
            #expect(charge.text == cost)
            guard case .priced(_, let basis) = charge else { continue }
            #expect(book.rates(of: basis).allSatisfy { $0.price.isFree == isFree })
        }
    }

    @Test func aPromotionOfAModelWithoutAnotherPriceEndsInUnpriced() throws {
        let book = try PriceBook(prices: [.make(.input, "0", to: "2026-05-15T00:00:00Z", isFree: true)])
        #expect(try book.charge(.of([.input: 1]), at: "2026-05-14T00:00:00Z").text == "0.00")
        #expect(try book.charge(.of([.input: 1]), at: "2026-05-15T00:00:00Z").text == "no_price_at_time")
    }

    @Test func aCallIsOneRequestUnlessItSaysOtherwise() throws {
        let book = try PriceBook(prices: [.make(.input, "1"), .make(.requests, "5", per: 1000)])
        #expect(try book.charge(.of([.input: 1_000_000])).text == "1.005")
        #expect(try book.charge(.of([.input: 1_000_000, .requests: 3])).text == "1.015")
        #expect(try book.charge(.of([.input: 1_000_000, .requests: 0])).text == "1.00")
        let usage = UsageBuckets.of([.input: 1_000_000])
        guard case .priced(let cost, let basis) = try book.charge(usage) else {
            Issue.record("unpriced")
            return
        }
        let lines = book.lines(of: basis, usage: usage)
        #expect(lines.map(\.rate.usageClass) == [.input, .requests])
        #expect(lines.map(\.quantity) == [1_000_000, 1])
        #expect(lines.reduce(Money.zero) { $0 + $1.cost } == cost)
        #expect(try PriceBook(prices: [.make(.input, "1")]).charge(.of([.requests: 1])).text == "class_not_priced")
    }
}
