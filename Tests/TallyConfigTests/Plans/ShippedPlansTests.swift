import TallyConfig
import TallyCore
import TallyPlans
import Testing

/// The shipped plans, and the figures they were published with.
struct ShippedPlansTests {
    private func month(days: Int) throws -> BillingMonth {
        BillingMonth(containing: try #require(CivilDate(year: 2026, month: days == 30 ? 6 : 7, day: 1)))
    }

    /// A comparison of all shipped plans, with three seats of those that have seats.
    private func compare(
        days: Int = 30, spend: String = "0", perDay: Int64 = 0, mode: ServerlessMode? = nil
    ) throws -> PlanComparison {
        let month = try month(days: days)
        let plans = try BuiltInAssets.planTable().plans(on: month.firstDay)
        let demand = try PlanDemand(
            month: month, basis: .assumed, routedSpend: Money(parsing: spend),
            serverless: ServerlessDemand(requestsPerDay: perDay, month: month))
        let tariffs = plans.map { Tariff(plan: $0, seats: $0.fee.isPerSeat ? 3 : 1) }
        return PlanComparison(demand: demand, tariffs: tariffs, serverless: mode)
    }

    private func line(_ plan: String, of comparison: PlanComparison) throws -> PlanLine {
        try #require(comparison.lines.first { $0.tariff.plan.name == plan })
    }

    @Test func areTheFivePromised() throws {
        let plans = try BuiltInAssets.planTable().plans
        #expect(plans.map(\.name) == ["hf-free", "hf-pro", "hf-team", "hf-enterprise", "direct"])
        #expect(plans.map(\.fee.amount.description) == ["0.00", "9.00", "20.00", "50.00", "0.00"])
        #expect(plans.map(\.credits.amount.description) == ["0.10", "2.00", "2.00", "2.00", "0.00"])
        #expect(plans.map(\.fee.isPerSeat) == [false, false, true, true, false])
        #expect(plans.map(\.requiresAccount) == [false, false, true, true, false])
        #expect(plans.map(\.covers.includesOtherCompute) == [false, true, true, true, false])
        #expect(plans.first?.credits.provenance.isSubjectToChange == true)
        #expect(plans.map(\.biller) == ["huggingface", "huggingface", "huggingface", "huggingface", nil])
        for plan in plans where plan.biller != nil { #expect(plan.serverless.map(\.mode) == [.allowance, .metered]) }
    }

    /// A million Llama-3-70B input tokens a day at 0.90 a million.
    @Test(arguments: [
        ("hf-free", "0.00", "0.10", "26.90", "26.90"), ("hf-pro", "9.00", "2.00", "25.00", "34.00"),
        ("hf-team", "60.00", "6.00", "21.00", "81.00"), ("hf-enterprise", "150.00", "6.00", "21.00", "171.00"),
        ("direct", "0.00", "0.00", "27.00", "27.00"),
    ])
    func theWorkedExample(plan: String, fee: String, credits: String, overage: String, total: String) throws {
        let comparison = try compare(spend: "27")
        #expect(comparison.demand.payAsYouGo.description == "27.00")
        let charges = try line(plan, of: comparison).charges
        #expect(charges.fee.description == fee)
        #expect(charges.credits.used.description == credits && charges.credits.expired == .zero)
        #expect(charges.overage.description == overage)
        #expect(charges.total.description == total)
        #expect(comparison.verdict.cheapest == "hf-free" && comparison.verdict.saving?.description == "7.10")
    }

    @Test func aMonthOf31DaysCosts27Dollars90() throws {
        let daily = try Money(parsing: "0.90")
        let spend = Money(picodollars: daily.picodollars * Int128(try month(days: 31).days))
        let comparison = try compare(days: 31, spend: spend.description)
        #expect(comparison.demand.payAsYouGo.description == "27.90")
        #expect(try line("hf-pro", of: comparison).charges.total.description == "34.90")
        #expect(try line("hf-free", of: comparison).charges.total.description == "27.80")
    }

    @Test(arguments: [
        (Int64(12_000), "hf-free", Int64(351_000), Int64(330_000), false),
        (12_000, "hf-pro", 180_000, 0, false), (5000, "hf-free", 141_000, 120_000, false), (5000, "hf-pro", 0, 0, true),
    ])
    func theServerlessAllowances(perDay: Int64, plan: String, low: Int64, high: Int64, serves: Bool) throws {
        let line = try line(plan, of: try compare(perDay: perDay))
        #expect(line.throttled == AllowanceEnds(low: low, high: high))
        #expect(line.servesDemand == serves)
    }

    @Test func anAllowanceNobodyPublishesIsNotKnown() throws {
        #expect(try line("hf-team", of: try compare(perDay: 5000)).servesDemand == nil)
        #expect(try line("hf-team", of: try compare(perDay: 5000, mode: .metered)).servesDemand == true)
        #expect(try compare(perDay: 5000).verdict.cheapest == "hf-pro")
    }
}
