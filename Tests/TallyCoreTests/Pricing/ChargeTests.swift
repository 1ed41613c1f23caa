import TallyCore
import Testing

/// I6: unknown is not zero.
///
/// Missing usage, a missing price, a free promotion and a price of 0 are four different states.
struct ChargeTests {
    private func basis(_ charge: Charge) throws -> ChargeBasis {
        guard case .priced(_, let basis) = charge else {
            Issue.record("unpriced: \(charge)")
            throw Unpriced()
        }
        return basis
    }

    private struct Unpriced: Error {}

    @Test func missingUsageIsUnknown() throws {
        let book = try PriceBook(prices: [.make(.input, "1")])
        #expect(try book.charge(nil).text == "usage_unknown")
        #expect(try book.charge(UsageBuckets()).text == "usage_unknown")
        #expect(try book.charge(.of([.input: 0])).text == "0.00")
        #expect(try book.charge(nil, model: "unheard-of").text == "usage_unknown")
        #expect(try book.charge(nil).cost == nil)
    }

    @Test func freeIsNotAPriceOfZeroAndZeroIsNotUnpriced() throws {
        let usage = UsageBuckets.of([.input: 10])
        let zero = try PriceBook(prices: [.make(.input, "0")])
        let free = try PriceBook(prices: [.make(.input, "0", isFree: true)])
        let zeroRates = zero.rates(of: try basis(zero.charge(usage)))
        let freeRates = free.rates(of: try basis(free.charge(usage)))
        #expect(try zero.charge(usage).text == "0.00" && free.charge(usage).text == "0.00")
        #expect(zeroRates.map(\.price.isFree) == [false] && freeRates.map(\.price.isFree) == [true])
        #expect(try PriceBook(prices: [.make(.output, "0")]).charge(usage).text == "class_not_priced")
        #expect(try PriceBook(prices: []).charge(usage).text == "no_price")
    }

    @Test func aClassWithoutAPriceIsThatOfItsParentOrIsNamed() throws {
        let book = try PriceBook(prices: [.make(.input, "1"), .make(.cacheWrite5m, "2"), .make(.output, "4")])
        let million: Int64 = 1_000_000
        let inherited: [(UsageClass, String)] = [
            (.cacheRead, "1.00"), (.cacheWrite5m, "2.00"), (.cacheWrite1h, "2.00"), (.cacheWrite30m, "1.00"),
            (.cacheWrite12h, "1.00"), (.inputAudio, "1.00"), (.inputImage, "1.00"), (.inputVideo, "1.00"),
            (.outputAudio, "4.00"), (.outputImage, "4.00"), (.outputVideo, "4.00"), (.cacheReadAudio, "1.00"),
            (.cacheReadImage, "1.00"),
        ]
        for (usageClass, cost) in inherited {
            #expect(try book.charge(.of([usageClass: million])).text == cost, "\(usageClass)")
        }
        let cached = try PriceBook(prices: [.make(.input, "1"), .make(.inputAudio, "7"), .make(.cacheRead, "0.1")])
        #expect(try cached.charge(.of([.cacheReadAudio: million])).text == "0.10")
        #expect(try cached.charge(.of([.cacheReadImage: million])).text == "0.10")
        for usageClass in UsageClass.allCases where !usageClass.isToken {
            #expect(try book.charge(.of([usageClass: million])).text == "class_not_priced", "\(usageClass)")
        }
        let partly = try basis(book.charge(.of([.cacheRead: million, .images: 1, .requests: 0])))
        #expect(partly.isPartial && partly.unpricedClasses == [.images])
        #expect(book.rates(of: partly).map(\.isInherited) == [true])
        let whole = try basis(book.charge(.of([.input: million, .images: 0])))
        #expect(!whole.isPartial && whole.unpricedClasses.isEmpty)
    }

    @Test(
        arguments: [
            // output, reasoning, cost where reasoning has its own price, cost where it has none
            (100, 40, "0.00068", "0.0004"), (100, nil, "0.0004", "0.0004"), (100, 0, "0.0004", "0.0004"),
            (100, 100, "0.0011", "0.0004"), (nil, 40, "0.00044", "0.00016"),
        ] as [(Int64?, Int64?, String, String)])
    func reasoningLeavesOutputOnlyWhereItIsPriced(
        _ output: Int64?, _ reasoning: Int64?, _ apart: String, _ within: String
    ) throws {
        var usage = UsageBuckets()
        usage[.output] = output
        usage[.reasoning] = reasoning
        let output = try Price.make(.output, "4")
        let priced = try PriceBook(prices: [output, .make(.reasoning, "11")])
        #expect(try priced.charge(usage).text == apart)
        let plain = try PriceBook(prices: [output])
        #expect(try plain.charge(usage).text == within)
    }

    @Test func theShippedShapesOfBatches() throws {
        let book = try PriceBook(prices: [
            .make(.computeSeconds, "0.00012"), .make(.images, "0.025"), .make(.characters, "15"),
            .make(.requests, "10", per: 1000, model: "by call"),
        ])
        #expect(try book.charge(.of([.computeSeconds: 10_000_000])).text == "0.0012")
        #expect(try book.charge(.of([.requests: 1]), model: "by call").text == "0.01")
        #expect(try book.charge(.of([.images: 4])).text == "0.10")
        #expect(try book.charge(.of([.characters: 1])).text == "0.000015")
    }

    @Test func reasonsHaveTheirNames() {
        #expect(
            UnpricedReason.allCases.map(\.rawValue) == [
                "usage_unknown", "model_unknown", "no_price", "before_first_price", "no_price_at_time",
                "class_not_priced",
            ])
    }

    @Test func theBriefsWorkedExample() throws {
        let book = try PriceBook(prices: [.make(.input, "0.90")])
        var total = Money.zero
        for _ in 0..<30 {
            let charge = try book.charge(.of([.input: 1_000_000]))
            total += try #require(charge.cost)
        }
        #expect(total.description == "27.00")
    }
}
