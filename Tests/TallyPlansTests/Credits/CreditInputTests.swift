import TallyCore
import TallyPlans
import Testing

/// Input that does not fit together is named, not summed.
struct CreditInputTests {
    private let own = BillingAccount(biller: "huggingface")
    private let acme = BillingAccount(biller: "huggingface", account: "acme")

    @Test func namesWhatDoesNotFit() async throws {
        let unknown = table(Subscription(account: own, plan: "hf-prp"))
        await #expect(throws: CreditError.noSuchPlan("hf-prp", day("2026-06-01"))) { _ = try await unknown.settle([]) }
        let purchase = CreditPurchase(account: acme, amount: money("1"), price: .zero, on: day("2026-06-02"))
        let bought = table(Subscription(account: own, plan: "hf-pro"), purchases: [purchase])
        await #expect(throws: CreditError.purchaseWithoutPlan(acme, .june)) { _ = try await bought.settle([]) }
    }

    private func engine() throws -> CreditEngine<String> {
        try CreditEngine(month: .june, table: table(Subscription(account: own, plan: "hf-pro"))) { _ in "" }
    }

    private func quarter(_ start: String, _ spend: String) -> SpendQuarter<String> {
        SpendQuarter(
            start: time(start), cells: [SpendCell(group: "p", account: own, route: .routed, spend: money(spend))])
    }

    @Test func refusesSpendThatDoesNotFit() throws {
        var engine = try engine()
        let first = quarter("2026-06-10T10:00:00Z", "1")
        #expect(try engine.settle(first).isEmpty)
        #expect(throws: CreditError.outOfOrder(first.start)) { _ = try engine.settle(first) }
        let july = quarter("2026-07-01T00:00:00Z", "1")
        #expect(throws: CreditError.notInMonth(july.start, .june)) { _ = try engine.settle(july) }
        let negative = quarter("2026-06-10T10:15:00Z", "-1")
        #expect(throws: CreditError.amountOutOfRange(negative.start)) { _ = try engine.settle(negative) }
        let tooMuch = quarter("2026-06-10T10:30:00Z", "1000000000000.01")
        #expect(throws: CreditError.amountOutOfRange(tooMuch.start)) { _ = try engine.settle(tooMuch) }
    }

    @Test func noticesCallsThatAreNotThoseOfTheSums() throws {
        var engine = try engine()
        let start = time("2026-06-10T10:00:00Z")
        let request = try #require(try engine.settle(quarter("2026-06-10T10:00:00Z", "3")).first)
        #expect(request.account == own && request.quarter == start)
        func event(_ offset: Int64, _ cost: String, group: String = "p") -> SpendEvent<String> {
            SpendEvent(
                time: Instant(microseconds: start.microseconds + offset), identity: EventIdentity(high: 0, low: 0),
                group: group, route: .routed, cost: money(cost))
        }
        var fewer = engine
        #expect(try fewer.draw(event(1, "1"), for: request))
        #expect(throws: CreditError.eventsDisagree(own, start)) { try fewer.close(request) }
        var unordered = engine
        #expect(try unordered.draw(event(1, "1"), for: request))
        #expect(throws: CreditError.outOfOrder(event(1, "1").time)) {
            _ = try unordered.draw(event(1, "1"), for: request)
        }
        var others = engine
        #expect(throws: CreditError.eventsDisagree(own, start)) {
            _ = try others.draw(event(1, "1", group: "q"), for: request)
        }
        var whole = engine
        #expect(try !whole.draw(event(1, "3"), for: request))
        try whole.close(request)
        #expect(whole.finish()["p"].credits == money("2"))
    }
}
