import TallyCore
import TallyPlans
import Testing

struct PlanStretchTests {
    private let account = BillingAccount(biller: "huggingface")

    private func stretches(
        _ subscriptions: [(plan: String, seats: Int, from: String?, to: String?)],
        of plans: [Plan] = [.free, .pro, .team],
        in month: String = "2026-06-01"
    ) throws -> [String] {
        let table = PlanTable(
            plans: plans,
            subscriptions: subscriptions.map {
                Subscription(
                    account: account, plan: $0.plan, seats: $0.seats, from: $0.from.map(day), to: $0.to.map(day))
            })
        return try table.stretches(of: account, in: BillingMonth(containing: day(month))).map {
            "\($0.plan.name) \($0.seats) \($0.from.day)-\($0.to.month).\($0.to.day)"
        }
    }

    @Test func changesToADearerPlanHoldAtOnce() throws {
        #expect(
            try stretches([("hf-free", 1, nil, nil), ("hf-pro", 1, "2026-06-10", nil)]) == [
                "hf-free 1 1-6.10", "hf-pro 1 10-7.1",
            ])
        #expect(
            try stretches([("hf-team", 2, nil, nil), ("hf-team", 3, "2026-06-10", nil)]) == [
                "hf-team 2 1-6.10", "hf-team 3 10-7.1",
            ])
    }

    @Test func changesToACheaperPlanWaitForTheNextMonth() throws {
        let list: [(plan: String, seats: Int, from: String?, to: String?)] = [
            ("hf-pro", 1, nil, nil), ("hf-free", 1, "2026-06-10", nil),
        ]
        #expect(try stretches(list) == ["hf-pro 1 1-7.1"])
        #expect(try stretches(list, in: "2026-07-01") == ["hf-free 1 1-8.1"])
    }

    @Test func anEndWaitsForTheNextMonth() throws {
        #expect(try stretches([("hf-pro", 1, nil, "2026-06-02")]) == ["hf-pro 1 1-7.1"])
        #expect(try stretches([("hf-pro", 1, nil, "2026-06-01")]).isEmpty)
        #expect(try stretches([("hf-pro", 1, "2026-06-30", "2026-07-01")]) == ["hf-pro 1 30-7.1"])
    }

    @Test func ofSeveralTheLatestCounts() throws {
        #expect(try stretches([("hf-pro", 1, "2026-02-01", nil), ("hf-free", 1, nil, nil)]) == ["hf-pro 1 1-7.1"])
        #expect(try stretches([("hf-pro", 1, nil, nil), ("hf-free", 1, nil, nil)]) == ["hf-free 1 1-7.1"])
        #expect(try stretches([("hf-pro", 1, nil, nil), ("hf-pro", 1, "2026-06-05", nil)]) == ["hf-pro 1 1-7.1"])
    }

    @Test func theTermsAreThoseOfTheFirstDay() throws {
        let old = Plan.make("x", fee: "1")
        let new = Plan.make("x", fee: "2", from: day("2026-06-10"))
        #expect(try stretches([("x", 1, nil, nil)], of: [old, new]) == ["x 1 1-7.1"])
    }
}
