import TallyCore
import Testing

@testable import TallyPlans

struct BreakEvenTests {
    private func breakEven(
        _ first: Plan, _ second: Plan, spend: String = "0", price: String? = nil, compute: String = "0",
        mode: ServerlessMode? = nil
    ) throws -> BreakEven {
        let demand = try PlanDemand(
            month: .june, basis: .assumed, routedSpend: money(spend),
            serverless: ServerlessDemand(
                requestsPerDay: 1000, month: .june, routePrice: price.map(money), computePrice: money(compute)))
        return BreakEven((Tariff(plan: first), Tariff(plan: second)), demand: demand, mode: mode)
    }

    /// By hand, at 0.0009 a call on a paid route, 0.027 a month for each call a day, nothing else spent.
    ///
    /// At the low end Free costs 0.027 × (r − 300) − 0.10 and Pro 9 as long as r ≤ 6,000, so that both are equal at
    /// r = 300 + 9.10 ÷ 0.027 = 637.04: from 638 calls a day on Pro is the cheaper way. At the high end it is
    /// r = 1,000 + 337.04: 1,338.
    @Test func ofProByHand() throws {
        let pair = try breakEven(.free, .pro, price: "0.0009")
        #expect(pair.from == "hf-free" && pair.to == "hf-pro")
        #expect(pair.requestsPerDay == AllowanceEnds(low: 638, high: 1338))
        // A fee of 9 against 1.90 of credits: on spend alone never.
        #expect(pair.spend == nil)
    }

    /// With 27.00 of other spend the credits are used either way: r = 300 + (9 − 1.90) ÷ 0.027 = 562.96.
    @Test func otherSpendUsesTheCreditsFirst() throws {
        #expect(
            try breakEven(.free, .pro, spend: "27", price: "0.0009").requestsPerDay
                == AllowanceEnds(low: 563, high: 1263))
    }

    @Test func theOrderOfThePairPlaysNoPart() throws {
        #expect(try breakEven(.pro, .free, price: "0.0009") == breakEven(.free, .pro, price: "0.0009"))
    }

    @Test func withoutAPriceThereIsNone() throws {
        #expect(try breakEven(.free, .pro).requestsPerDay == AllowanceEnds(low: nil, high: nil))
    }

    /// Metered at 0.001 a call, 0.03 a month for each call a day: Pro's 9 are never returned by 1.90.
    @Test func meteredCallsAreSpend() throws {
        #expect(
            try breakEven(.free, .pro, compute: "0.001", mode: .metered).requestsPerDay
                == AllowanceEnds(low: nil, high: nil))
        let cheap = Plan.make("cheap", fee: "1", credits: "2", serverless: [.metered])
        // 0.03 × r − 0.10 = 1: r = 36.67.
        #expect(
            try breakEven(.free, cheap, compute: "0.001", mode: .metered).requestsPerDay
                == AllowanceEnds(low: 37, high: 37)
        )
    }

    /// A plan of 10 a month that takes 10 % off what lies above 50: 10 = 0.1 × (s − 50) at s = 150.
    @Test func ofADiscountByHand() throws {
        let plain = Plan.make("plain")
        let volume = Plan.make("volume", fee: "10", discount: try .make(("50", "10")))
        #expect(try breakEven(plain, volume).spend == money("150"))
        // Not a whole picodollar: 1 = 0.3333 % of s, rounded up to the first that is enough.
        let third = Plan.make("third", fee: "1", discount: try .make(("0", "0.3333")))
        #expect(try breakEven(plain, third).spend == money("300.030003000301"))
    }

    /// 5.5 % of s, at least 0.80, against a fee of 2: 0.055 × s = 2 at s = 36.36.
    @Test func ofATopUpByHand() throws {
        let topUp = TopUp(fee: try #require(Percentage(percents: "5.5")), minimum: money("0.80"), provenance: .test)
        let fee = Plan.make("fee", fee: "2")
        #expect(try breakEven(Plan.make("top-up", topUp: topUp), fee).spend == money("36.363636363637"))
        let less = Plan.make("less", fee: "0.70")
        #expect(try breakEven(Plan.make("top-up", topUp: topUp), less).spend == Money(picodollars: 1))
    }

    /// 30 committed, 10 % off, against none of both: 30 = s.
    @Test func ofACommitmentByHand() throws {
        let committed = Plan.make("committed", discount: try .make(("0", "10")), commitment: "30")
        #expect(try breakEven(Plan.make("plain"), committed).spend == money("30"))
    }

    /// The first amount that is enough, and none before it, by the exact cost on both sides of it.
    @Test(arguments: UInt64(1)...120)
    func isTheFirstOfItsKind(seed: UInt64) throws {
        let plans = try RandomMonth(seed: seed).table.plans
        guard plans.count > 1 else { return }
        let pair = try breakEven(plans[0], plans[1], spend: "3.7", price: "0.0013", compute: "0.0007")
        let isInOrder = pair.from == plans[0].name
        let cheap = Tariff(plan: isInOrder ? plans[0] : plans[1])
        let dear = Tariff(plan: isInOrder ? plans[1] : plans[0])
        func difference(_ spend: Int128) -> Int128 {
            let spend = Money(picodollars: spend)
            return dear.exactTotal(eligible: spend, other: .zero) - cheap.exactTotal(eligible: spend, other: .zero)
        }
        let found = pair.spend?.picodollars
        if let found { #expect(difference(found) <= 0) }
        // A sample of what lies before: evenly, and close to the bends and the crossing.
        let end = found ?? 10_000_000_000_000_000
        var samples = (0..<200).map { end / 200 * $0 }
        for bend in cheap.bends(other: .zero) + dear.bends(other: .zero) + [end] {
            samples += [bend - 2, bend - 1, bend, bend + 1]
        }
        for sample in samples where sample >= 0 && sample < end { #expect(difference(sample) > 0, "\(sample)") }
    }
}
