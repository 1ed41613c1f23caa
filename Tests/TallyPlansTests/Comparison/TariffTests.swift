import TallyCore
import TallyPlans
import Testing

struct TariffTests {
    @Test(arguments: [
        (Plan.free, 1, "0.10", "26.90", "26.90"), (.pro, 1, "2.00", "25.00", "34.00"),
        (.team, 3, "6.00", "21.00", "81.00"),
    ])
    func theWorkedExample(plan: Plan, seats: Int, credits: String, overage: String, total: String) {
        let charges = Tariff(plan: plan, seats: seats).charges(eligible: money("27"))
        #expect(charges.credits.used.description == credits && charges.credits.expired == .zero)
        #expect(charges.overage.description == overage)
        #expect(charges.total.description == total)
    }

    @Test func whatIsLeftExpires() {
        let charges = Tariff(plan: .pro).charges(eligible: money("0.50"), other: money("3"))
        #expect(charges.credits == CreditTotals(granted: money("2"), used: money("0.50"), expired: money("1.50")))
        #expect(charges.overage == money("3") && charges.total == money("12"))
    }

    /// A comparison says of a month on one plan what the engine says of it.
    @Test(arguments: UInt64(1)...60)
    func saysWhatTheEngineSays(seed: UInt64) async throws {
        let made = try RandomMonth(seed: seed)
        for subscription in made.table.subscriptions {
            let account = subscription.account
            let table = PlanTable(
                plans: made.table.plans,
                subscriptions: [Subscription(account: account, plan: subscription.plan, seats: subscription.seats)])
            let plan = try #require(table.plan(subscription.plan, on: made.month.firstDay))
            let calls = made.calls.filter {
                $0.account == account && plan.covers.bills($0.route) && $0.route != .serverless
            }
            let invoice = try #require(try await table.settle(calls, in: made.month).invoices.first)
            let charges = Tariff(plan: plan, seats: subscription.seats)
                .charges(eligible: calls.reduce(.zero) { $0 + $1.cost })
            #expect(charges.total == invoice.total && charges.credits == invoice.credits)
            #expect(charges.overage == invoice.overage && charges.shortfall == invoice.sum(.shortfall))
            #expect(charges.topUpFee == invoice.sum(.topUp) && charges.fee == invoice.sum(.fee))
        }
    }
}
