import TallyCore
import TallyPlans
import Testing

/// What is on an invoice beside usage and credits, and whose it is.
struct InvoiceTests {
    private let own = BillingAccount(biller: "huggingface")

    @Test func boughtCreditsExpireOrAreCarried() async throws {
        let plan = Plan.make("prepaid", credits: "0")
        let purchases = [
            CreditPurchase(account: own, amount: money("10"), price: money("10.55"), on: day("2026-06-05")),
            CreditPurchase(
                account: own, amount: money("3"), price: .zero, on: day("2026-06-05"), expires: day("2026-06-10")),
        ]
        let plans = table(Subscription(account: own, plan: "prepaid"), plans: [plan], purchases: purchases)
        let calls = [
            Call(time("2026-06-04T10:00:00Z"), money("1"), project: "early"),
            Call(time("2026-06-06T10:00:00Z"), money("1")), Call(time("2026-06-20T10:00:00Z"), money("1")),
        ]
        let statement = try await plans.settle(calls)
        let invoice = try #require(statement.invoices.first)
        #expect(invoice.credits == CreditTotals(granted: money("13"), used: money("2"), expired: money("2")))
        #expect(invoice.carried == [CreditPool.Grant(remaining: money("9"), expires: nil)])
        #expect(statement.total == money("11.55") && statement["early"].credits == .zero)
        // What is left opens the next month, whose purchase it no longer is.
        let july = BillingMonth(containing: day("2026-07-01"))
        let next = try await plans.settle(
            [Call(time("2026-07-01T00:00:00Z"), money("10"))], in: july, carried: statement.carried)
        #expect(next.total == money("1") && next.invoices.first?.credits.granted == money("9"))
    }

    @Test func commitmentDiscountAndTopUp() async throws {
        let discount = try VolumeDiscount.make(("10", "5"), ("20", "10"))
        let topUp = TopUp(
            fee: try #require(Percentage(percents: "5.5")), minimum: money("0.80"), provenance: .test)
        let plans = [
            Plan.make("volume", discount: discount, commitment: "30"), Plan.make("top-up", topUp: topUp),
        ]
        let calls = [
            Call(time("2026-06-04T10:00:00Z"), money("20")),
            Call(time("2026-06-06T10:00:00Z"), money("5"), project: "q"),
        ]
        let volume = try await table(Subscription(account: own, plan: "volume"), plans: plans).settle(calls)
        // 5 % of 10 and 10 % of 5 are taken off 25; 6 are missing to 30.
        #expect(volume.invoices.first?.sum(.discount) == money("-1"))
        #expect(volume.invoices.first?.sum(.shortfall) == money("6") && volume.total == money("30"))
        #expect(volume["p"].discount == money("0.80") && volume["q"].discount == money("0.20"))
        let bought = try await table(Subscription(account: own, plan: "top-up"), plans: plans).settle(calls)
        #expect(bought.invoices.first?.sum(.topUp) == money("1.375") && bought.total == money("26.375"))
        let little = try await table(Subscription(account: own, plan: "top-up"), plans: plans).settle([
            Call(time("2026-06-04T10:00:00Z"), money("1"))
        ])
        #expect(little.total == money("1.80"))
    }

    @Test func feesGoWhereTheyAreSent() async throws {
        let calls = [
            Call(time("2026-06-04T10:00:00Z"), money("30"), project: "a"),
            Call(time("2026-06-06T10:00:00Z"), money("10"), project: "b"),
        ]
        let plans = table(Subscription(account: own, plan: "hf-pro"))
        func fees(_ allocation: FeeAllocation<String>) async throws -> [String] {
            let statement = try await plans.settle(calls, rules: CreditRules(fees: allocation))
            return [statement["a"].fee, statement["b"].fee, statement.unallocatedFees].map(\.description)
        }
        #expect(try await fees(.proRata) == ["6.75", "2.25", "0.00"])
        #expect(try await fees(.equal) == ["4.50", "4.50", "0.00"])
        #expect(try await fees(.none) == ["0.00", "0.00", "9.00"])
        #expect(try await fees(.weights(["a": money("1"), "b": money("2")])) == ["3.00", "6.00", "0.00"])
        #expect(try await fees(.weights([:])) == ["0.00", "0.00", "9.00"])
    }
}
