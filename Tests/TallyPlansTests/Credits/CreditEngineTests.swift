import TallyCore
import TallyPlans
import Testing

struct CreditEngineTests {
    private let own = BillingAccount(biller: "huggingface")
    private let acme = BillingAccount(biller: "huggingface", account: "acme")

    /// The brief's workload: a million Llama-3-70B input tokens a day at 0.90, by two projects in turn.
    private var workload: [Call] {
        (0..<30).map { offset in
            let date = CivilDate(daysSinceEpoch: day("2026-06-01").daysSinceEpoch + offset)
            return Call(
                date.midnight, money("0.90"), project: offset % 2 == 0 ? "search" : "chat", identity: UInt64(offset))
        }
    }

    @Test func proReturnsTwoAndCostsNine() async throws {
        let source = MemorySource(workload)
        let statement = try await table(Subscription(account: own, plan: "hf-pro")).settle(source)
        let invoice = try #require(statement.invoices.first)
        #expect(invoice.credits == CreditTotals(granted: money("2"), used: money("2"), expired: .zero))
        #expect(invoice.overage == money("25") && invoice.sum(.fee) == money("9") && statement.total == money("34"))
        #expect(invoice.lines.map(\.kind) == [.fee, .usage, .credits])
        // The third call is the one the credits run out in: 0.90 and 0.90 are covered, then 0.20 of search.
        #expect(source.quartersAsked == [day("2026-06-03").midnight])
        #expect(statement["search"].credits == money("1.10") && statement["chat"].credits == money("0.90"))
        #expect(statement["search"].net == money("16.90") && statement["chat"].net == money("17.10"))
    }

    @Test func freeReturnsTenCents() async throws {
        let statement = try await table(Subscription(account: own, plan: "hf-free")).settle(workload)
        #expect(statement.total == money("26.90"))
        #expect(statement["search"].credits == money("0.10"))
    }

    @Test func callsOfOneInstantDrawInTheOrderOfTheirIdentities() async throws {
        let at = time("2026-06-10T10:07:00Z")
        let calls = [
            Call(at, money("1.50"), project: "late", identity: 2),
            Call(at, money("1.50"), project: "early", identity: 1),
            Call(time("2026-06-10T10:01:00Z"), money("0.25"), project: "first", identity: 9),
        ]
        let source = MemorySource(calls)
        let statement = try await table(Subscription(account: own, plan: "hf-pro")).settle(source)
        #expect(statement["first"].credits == money("0.25"))
        #expect(statement["early"].credits == money("1.50"))
        #expect(statement["late"].credits == money("0.25"))
        #expect(source.quartersAsked == [time("2026-06-10T10:00:00Z")])
    }

    @Test func aPoolThatJustSufficesNeedsNoCalls() async throws {
        let calls = (0..<4).map { Call(time("2026-06-10T10:00:00Z"), money("0.50"), identity: UInt64($0)) }
        let source = MemorySource(calls)
        let statement = try await table(Subscription(account: own, plan: "hf-pro")).settle(source)
        #expect(source.quartersAsked.isEmpty)
        #expect(statement["p"].credits == money("2"))
    }

    @Test(arguments: [Route.ownKey, .direct])
    func otherRoutesDrawNothing(route: Route) async throws {
        let call = Call(time("2026-06-10T10:00:00Z"), money("5"), route: route)
        let statement = try await table(Subscription(account: own, plan: "hf-pro")).settle([call])
        #expect(statement["p"].outside == money("5") && statement["p"].credits == .zero)
        #expect(statement.total == money("9"))
        #expect(statement.invoices.first?.credits.expired == money("2"))
    }

    @Test func anotherBillerIsAnotherBill() async throws {
        let call = Call(time("2026-06-10T10:00:00Z"), money("5"), biller: "openrouter")
        let statement = try await table(Subscription(account: own, plan: "hf-pro")).settle([call])
        #expect(statement["p"].outside == money("5"))
    }

    @Test func anOrganizationHasAPoolOfItsOwn() async throws {
        let calls = [
            Call(time("2026-06-10T10:00:00Z"), money("5"), account: "acme"),
            Call(time("2026-06-11T10:00:00Z"), money("5"), project: "mine"),
        ]
        let plans = table(
            Subscription(account: own, plan: "hf-pro"), Subscription(account: acme, plan: "hf-team", seats: 3))
        let statement = try await plans.settle(calls)
        #expect(statement.invoices.map(\.account) == [own, acme])
        #expect(statement["p"].credits == money("5") && statement["mine"].credits == money("2"))
        // Credits of 6 of which 5 were used; fees of 60 and 9.
        #expect(statement.invoices.map(\.total) == [money("12"), money("60")])
        #expect(statement.invoices.last?.credits.expired == money("1"))
    }

    @Test func otherComputeDrawsOnTheSamePoolAtItsTime() async throws {
        let calls = [Call(time("2026-06-10T10:05:00Z"), money("1.50"))]
        let line = ComputeLine(
            account: own, time: time("2026-06-10T10:05:00Z"), product: "endpoints", amount: money("1"),
            project: "spaces")
        let pro = try await table(Subscription(account: own, plan: "hf-pro"), lines: [line]).settle(calls)
        #expect(pro["spaces"].credits == money("1") && pro["p"].credits == money("1"))
        #expect(pro.invoices.first?.sum(.compute) == money("1"))
        // Credits of Free are for model calls alone, but the line is on the invoice.
        let free = try await table(Subscription(account: own, plan: "hf-free"), lines: [line]).settle(calls)
        #expect(free["spaces"].credits == .zero && free["spaces"].spend == money("1"))
        #expect(free["p"].credits == money("0.10"))
    }

    @Test func serverlessCallsAreFreeOrMetered() async throws {
        let calls = [Call(time("2026-06-10T10:05:00Z"), money("3"), route: .serverless)]
        let plans = table(Subscription(account: own, plan: "hf-pro"))
        let allowance = try await plans.settle(calls)
        #expect(allowance["p"].waived == money("3") && allowance.total == money("9"))
        let metered = try await plans.settle(calls, rules: CreditRules(serverless: .metered))
        #expect(metered["p"].credits == money("2") && metered.total == money("10"))
    }
}
