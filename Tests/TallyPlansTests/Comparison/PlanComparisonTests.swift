import TallyCore
import TallyPlans
import Testing

struct PlanComparisonTests {
    private let direct = Plan.make("direct", biller: nil, routes: [.direct])

    private func compare(
        _ plans: [Plan], spend: String = "27", other: String = "0", perDay: Int64 = 0, price: String? = nil,
        direct: PlanDemand.DirectQuote? = nil, mode: ServerlessMode? = nil, compute: String = "0"
    ) throws -> PlanComparison {
        let demand = try PlanDemand(
            month: .june, basis: .assumed, routedSpend: money(spend), otherCompute: money(other),
            serverless: ServerlessDemand(
                requestsPerDay: perDay, month: .june, routePrice: price.map(money), computePrice: money(compute)),
            direct: direct)
        return PlanComparison(
            demand: demand, tariffs: plans.map { Tariff(plan: $0, seats: $0.name == "hf-team" ? 3 : 1) },
            serverless: mode)
    }

    @Test func freeIsTheCheapestForTokensAlone() throws {
        let comparison = try compare([.free, .pro, .team, direct])
        #expect(comparison.demand.payAsYouGo == money("27"))
        #expect(comparison.lines.map(\.charges.total) == ["26.90", "34", "81", "27"].map(money))
        #expect(comparison.lines.allSatisfy { $0.servesDemand == true })
        let verdict = comparison.verdict
        #expect(verdict.cheapest == "hf-free" && verdict.saving == money("7.10") && verdict.against == "hf-pro")
        #expect(
            verdict.reason == """
                hf-free serves the demand for 26.90, 7.10 less than hf-pro; hf-pro costs 9.00 more in fees and returns \
                1.90 more in credits; without a router it would cost 27.00, at the routed prices.
                """)
        #expect(
            comparison.breakEven.map { "\($0.from) \($0.to)" } == [
                "hf-free hf-pro", "hf-free hf-team", "hf-pro hf-team",
            ])
    }

    @Test func goingDirectlyMayBeCheaper() throws {
        let quote = PlanDemand.DirectQuote(cost: money("26"), atRoutedPrice: money("1"))
        let verdict = try compare([.free, .pro, direct], direct: quote).verdict
        #expect(verdict.cheapest == "direct" && verdict.saving == money("0.90") && verdict.against == "hf-free")
        #expect(
            verdict.reason
                == "direct serves the demand for 26.00, 0.90 less than hf-free; usage beyond the credits costs 0.90 more on hf-free."
        )
    }

    @Test func theAllowanceDecidesWhereItIsExceeded() throws {
        let comparison = try compare([.free, .pro], spend: "0", perDay: 5000)
        #expect(
            comparison.lines.map(\.throttled) == [
                AllowanceEnds(low: 141_000, high: 120_000), AllowanceEnds(low: 0, high: 0),
            ])
        #expect(comparison.lines.map(\.servesDemand) == [false, true])
        #expect(comparison.lines[0].rerouteCost == AllowanceEnds(low: nil, high: nil))
        #expect(comparison.lines[1].rerouteCost == AllowanceEnds(low: .zero, high: .zero))
        #expect(comparison.verdict.cheapest == "hf-pro" && comparison.verdict.saving == nil)
        #expect(
            comparison.verdict.reason == """
                hf-pro serves the demand for 9.00; hf-free for 0.00 would throttle 141000 calls at the low end of its \
                allowance.
                """)
    }

    @Test func whatIsThrottledCanBeMoved() throws {
        let comparison = try compare([.free, .pro], spend: "0", perDay: 5000, price: "0.0001")
        let free = comparison.lines[0]
        // 141,000 and 120,000 calls at 0.0001; ten cents of it are credits.
        #expect(free.rerouteCost == AllowanceEnds(low: money("14.10"), high: money("12")))
        #expect(free.totalWithReroute == AllowanceEnds(low: money("14"), high: money("11.90")))
        #expect(comparison.verdict.reason.hasSuffix("or cost 14.00 with them on a paid route."))
    }

    @Test func whereNoneServesTheCheapestWithRerouting() throws {
        let comparison = try compare([.free, .pro], spend: "0", perDay: 12_000, price: "0.0001")
        #expect(comparison.lines.map(\.throttled.low) == [351_000, 180_000])
        #expect(comparison.lines.map(\.throttled.high) == [330_000, 0])
        // 35.10 less 0.10, against 9 and 18.00 less 2.00.
        #expect(comparison.verdict.cheapest == "hf-pro" && comparison.verdict.saving == money("10"))
        #expect(comparison.verdict.reason.hasPrefix("hf-pro, with what it throttles moved to a paid route, serves"))
        let unpriced = try compare([.free, .pro], spend: "0", perDay: 12_000).verdict
        #expect(unpriced.cheapest == nil && unpriced.saving == nil)
        #expect(unpriced.reason.hasPrefix("No plan compared is known to serve 360000 serverless calls"))
        #expect(try compare([]).verdict.reason == "No plan was compared.")
    }

    @Test func meteredCallsDrawOnCredits() throws {
        let comparison = try compare([.free, .pro], spend: "0", perDay: 5000, mode: .metered, compute: "0.0001")
        #expect(comparison.lines.map(\.charges.total) == ["14.90", "22"].map(money))
        #expect(comparison.lines.allSatisfy { $0.servesDemand == true && $0.serverless == .metered })
    }

    @Test func anAllowanceThatIsNotKnownIsNotZero() throws {
        let unknown = Plan.make("x", serverless: [ServerlessTerms(mode: .allowance, provenance: .test)])
        let line = try compare([unknown], perDay: 1).lines[0]
        #expect(line.throttled == AllowanceEnds(low: nil, high: nil) && line.servesDemand == nil)
        #expect(try compare([unknown]).lines[0].servesDemand == true)
    }

    @Test func withoutServerlessTermsNothingPasses() throws {
        let line = try compare([direct], spend: "1", perDay: 10, price: "0.01").lines[0]
        #expect(line.throttled == AllowanceEnds(low: 300, high: 300) && line.servesDemand == false)
        #expect(line.totalWithReroute.low == money("4"))
    }

    @Test func otherComputeDrawsWhereItIsCovered() throws {
        let lines = try compare([.free, .pro, direct], spend: "0", other: "3").lines
        #expect(lines.map(\.charges.credits.used) == ["0", "2", "0"].map(money))
        #expect(lines.map(\.charges.total) == ["3", "10", "3"].map(money))
    }

    @Test(arguments: [("-0.01", "0"), ("1000000000000.01", "0"), ("999999999999", "1.01"), ("0", "-1")])
    func amountsBeyondAllBoundsAreRefused(spend: String, other: String) {
        #expect(throws: CreditError.amountOutOfRange(BillingMonth.june.start)) {
            _ = try compare([.free], spend: spend, other: other)
        }
    }

    /// Nothing leaves 128 bits where everything is as large as it may be.
    @Test func theLargestOfEverythingStaysInRange() throws {
        let most = BillingLimits.maximumSpend.description
        let discount = try VolumeDiscount.make(("0", "0.0001"), (most, "99.9999"))
        let topUp = TopUp(fee: try #require(Percentage(percents: "100")), minimum: money("1000000"), provenance: .test)
        let plans = ["1", "2"].map {
            Plan.make(
                $0, fee: "1000000", perSeat: true, credits: "1000000", serverless: [.allowance(0, 1_000_000_000_000)],
                topUp: topUp, discount: discount, commitment: most)
        }
        let busy = ServerlessDay(requests: ServerlessDay.maximumRequests, rerouteCost: money("1000000000"))
        let demand = try PlanDemand(
            month: .june, basis: .assumed, routedSpend: money("900000000000"),
            serverless: ServerlessDemand(days: [busy, busy], computeCost: .zero))
        let tariffs = plans.map { Tariff(plan: $0, seats: Plan.maximumSeats) } + [Tariff(plan: .free)]
        let comparison = PlanComparison(demand: demand, tariffs: tariffs)
        #expect(
            comparison.lines.map(\.charges.credits.used) == [
                money("900000000000"), money("900000000000"), money("0.10"),
            ])
        #expect(comparison.breakEven.map(\.spend) == [.zero, nil, nil])
    }
}
