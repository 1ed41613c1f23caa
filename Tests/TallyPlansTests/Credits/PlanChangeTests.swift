import TallyCore
import TallyPlans
import Testing

/// Plans that change within a month.
struct PlanChangeTests {
    private let own = BillingAccount(biller: "huggingface")
    private let acme = BillingAccount(biller: "huggingface", account: "acme")

    @Test func anUpgradeAddsTheDifferenceAndCostsItsDays() async throws {
        let calls = [
            Call(time("2026-06-02T10:00:00Z"), money("1"), project: "before"),
            Call(time("2026-06-20T10:00:00Z"), money("5"), project: "after"),
        ]
        let statement = try await table(
            Subscription(account: own, plan: "hf-free"),
            Subscription(account: own, plan: "hf-pro", from: day("2026-06-16"))
        ).settle(calls)
        #expect(statement["before"].credits == money("0.10") && statement["after"].credits == money("1.90"))
        // Half a month of Pro.
        #expect(statement.invoices.first?.sum(.fee) == money("4.50"))
        #expect(statement.total == money("8.50"))
    }

    @Test func aDowngradeWaitsForTheNextMonth() async throws {
        let plans = table(
            Subscription(account: own, plan: "hf-pro", to: day("2026-06-16")),
            Subscription(account: own, plan: "hf-free", from: day("2026-06-16")))
        let calls = [Call(time("2026-06-20T10:00:00Z"), money("5"))]
        let june = try await plans.settle(calls)
        #expect(june.invoices.first?.sum(.fee) == money("9") && june["p"].credits == money("2"))
        let july = try await plans.settle(calls, in: BillingMonth(containing: day("2026-07-01")))
        #expect(july.total == .zero && july.invoices.first?.credits.granted == money("0.10"))
    }

    @Test func furtherSeatsInTheMonthCostTheirDays() async throws {
        let statement = try await table(
            Subscription(account: acme, plan: "hf-team", seats: 2),
            Subscription(account: acme, plan: "hf-team", seats: 5, from: day("2026-06-11"))
        ).settle([])
        // 40 for ten days and 100 for twenty: 13.33 and 66.67.
        #expect(
            statement.invoices.first?.lines.filter { $0.kind == .fee }.map(\.amount) == [
                money("13.33"), money("66.67"),
            ]
        )
        #expect(statement.invoices.first?.credits.granted == money("10"))
        #expect(statement.unallocatedFees == money("80"))
    }

    @Test func spendBeforeTheFirstPlanIsOutside() async throws {
        let calls = [
            Call(time("2026-06-09T23:59:59Z"), money("1"), project: "before"),
            Call(time("2026-06-10T00:00:00Z"), money("1"), project: "after"),
        ]
        let statement = try await table(Subscription(account: own, plan: "hf-pro", from: day("2026-06-10"))).settle(
            calls)
        #expect(statement["before"].outside == money("1") && statement["before"].credits == .zero)
        #expect(statement["after"].credits == money("1"))
        #expect(statement.total == money("6.30"))
    }
}
