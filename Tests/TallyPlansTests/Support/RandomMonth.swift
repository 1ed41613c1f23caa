import TallyCore
import TallyPlans
import Testing

/// A month of invented plans, accounts, calls and other compute, the same for the same seed.
struct RandomMonth {
    let month: BillingMonth
    let table: PlanTable
    let calls: [Call]
    var random: SeededGenerator

    init(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let month = BillingMonth(
            containing: try #require(
                CivilDate(
                    year: random.pick([2024, 2026]), month: Int.random(in: 1...12, using: &random), day: 1)))
        self.month = month
        let accounts = [
            BillingAccount(biller: "huggingface"), BillingAccount(biller: "huggingface", account: "acme"),
            BillingAccount(biller: "openrouter"),
        ]
        var plans: [Plan] = []
        var subscriptions: [Subscription] = []
        var purchases: [CreditPurchase] = []
        var lines: [ComputeLine] = []
        for account in accounts where random.chance(85) {
            // Of two that begin on one day the later listed counts, so there are none where order is to play no part.
            let starts = Set((0..<Int.random(in: 0...3, using: &random)).map { _ in Self.day(of: month, &random) })
            for (number, start) in starts.sorted().enumerated() {
                let name = "\(account)-\(number)"
                plans.append(try Self.plan(name, &random))
                subscriptions.append(
                    Subscription(
                        account: account, plan: name, seats: Int.random(in: 1...4, using: &random), from: start))
            }
            // One that was always there, so that purchases find a plan.
            plans.append(try Self.plan("\(account)-base", &random))
            subscriptions.append(Subscription(account: account, plan: "\(account)-base"))
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let on = Self.day(of: month, &random)
                let expires = CivilDate(daysSinceEpoch: on.daysSinceEpoch + Int.random(in: 1...40, using: &random))
                purchases.append(
                    CreditPurchase(
                        account: account, amount: Self.amount(upTo: 3, &random), price: Self.amount(upTo: 3, &random),
                        on: on, expires: random.chance(60) ? expires : nil))
            }
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                lines.append(
                    ComputeLine(
                        account: account, time: Self.time(in: month, &random),
                        product: random.pick(["endpoints", "jobs"]), amount: Self.amount(upTo: 1, &random),
                        project: random.pick(["a", "b", nil])))
            }
        }
        table = PlanTable(plans: plans, subscriptions: subscriptions, otherCompute: lines, purchases: purchases)
        var calls: [Call] = []
        for number in 0..<Int.random(in: 0...120, using: &random) {
            let account = random.pick(accounts)
            // Often in the quarter of another call, and sometimes at its very instant.
            var at = Self.time(in: month, &random)
            if let other = calls.last, random.chance(60) {
                at =
                    random.chance(30)
                    ? other.time
                    : Instant(
                        microseconds: other.time.quarter.microseconds
                            + Int64.random(in: 0..<Instant.microsecondsPerQuarter, using: &random))
            }
            calls.append(
                Call(
                    at, random.chance(5) ? .zero : Self.amount(upTo: 1, &random),
                    project: random.pick(["a", "b", "c"]), account: account.account, biller: account.biller,
                    route: random.pick([.routed, .routed, .routed, .serverless, .ownKey, .direct, nil]),
                    identity: UInt64(number) ^ 0x55))
        }
        self.calls = calls
        self.random = random
    }

    private static func plan(_ name: String, _ random: inout SeededGenerator) throws -> Plan {
        let topUp = try TopUp(
            fee: #require(Percentage(percents: random.pick(["0", "5.5", "12.3456"]))),
            minimum: random.chance(50) ? amount(upTo: 1, &random) : .zero, provenance: .test)
        let discount = try VolumeDiscount.make(
            (random.pick(["0", "0.333333333333"]), random.pick(["5", "0.0001", "33.3333"])), ("4.5", "10"))
        let terms: [ServerlessTerms] = [.allowance(300, 1000), .metered]
        return Plan.make(
            name, fee: random.pick(["0", "9", "20.01"]), perSeat: random.chance(50), prorated: random.chance(70),
            credits: amount(upTo: 4, &random).description,
            routes: random.chance(70) ? [.routed, .serverless] : [.routed], compute: random.chance(50),
            serverless: random.chance(50) ? terms : terms.reversed(), topUp: random.chance(40) ? topUp : nil,
            discount: random.chance(40) ? discount : .none, commitment: random.chance(30) ? "7" : "0")
    }

    private static func day(of month: BillingMonth, _ random: inout SeededGenerator) -> CivilDate {
        CivilDate(daysSinceEpoch: month.firstDay.daysSinceEpoch + Int.random(in: 0..<month.days, using: &random))
    }

    private static func time(in month: BillingMonth, _ random: inout SeededGenerator) -> Instant {
        let length = month.end.midnight.microseconds - month.start.microseconds
        return Instant(microseconds: month.start.microseconds + Int64.random(in: 0..<length, using: &random))
    }

    private static func amount(upTo dollars: Int128, _ random: inout SeededGenerator) -> Money {
        Money(picodollars: Int128(Int64.random(in: 0...Int64(dollars * 1_000_000_000_000), using: &random)))
    }
}
