import TallyConfig
import TallyCore
import TallyPlans
import Testing

struct PlanFileTests {
    /// A file with one plan: the given lines behind the fewest it needs, each of which a line replaces.
    private func plan(_ lines: String...) -> String {
        var fields = ["plan: p", "biller: b", "covers: [routed]", "source: s"]
        for line in lines {
            let key = line.prefix { $0 != ":" } + ":"
            fields.removeAll { $0.hasPrefix(key) }
            fields.append(line)
        }
        return "plans:\n  - " + fields.joined(separator: "\n    ") + "\n"
    }

    @Test func readsAllOfAPlan() throws {
        let table = try PlanFile.parse(
            """
            currency: USD
            plans:
              - plan: big
                title: Big plan
                biller: OpenRouter
                requires_account: true
                covers: [routed, compute]
                fee: { amount: 9.50, per_seat: true, prorated: false, source: a page, subject_to_change: true }
                credits: { amount: 2, per_seat: true }
                serverless:
                  - { mode: metered }
                  - { mode: allowance, requests_per_day: { low: 3, high: 7 }, source: another }
                overage: { rule: prepaid, top_up: { percent: 5.5, minimum: 0.80 } }
                discounts: [{ above: 0, percent: 1 }, { above: 1000, percent: 5 }]
                commitment: 500
                effective_from: 2026-02-01
                effective_to: 2027-01-01
                source: the page
            subscriptions:
              - { biller: openrouter, account: acme, plan: big, seats: 3, from: 2026-03-10, to: 2026-05-01 }
              - { biller: openrouter, plan: big }
            compute:
              - { biller: openrouter, time: 2026-06-03T02:00:00+02:00, product: jobs, amount: 12.40, project: search }
            purchases:
              - { biller: openrouter, time: 2026-06-01, amount: 100, price: 105.50, expires: 2027-06-01 }
              - { biller: openrouter, time: 2026-06-01, amount: 100 }
            """, name: "p.yaml")
        let plan = try #require(table.plans.first)
        let page = Provenance(source: "the page")
        #expect(plan.name == "big" && plan.title == "Big plan" && plan.biller == "openrouter" && plan.requiresAccount)
        #expect(plan.covers == PlanCoverage(routes: [.routed], includesOtherCompute: true))
        #expect(plan.fee.amount.description == "9.50" && plan.fee.isPerSeat && !plan.fee.isProrated)
        #expect(plan.fee.provenance == Provenance(source: "a page", isSubjectToChange: true))
        #expect(plan.credits.provenance == page && plan.credits.amount(seats: 3).description == "6.00")
        #expect(plan.serverless.map(\.mode) == [.metered, .allowance])
        #expect(plan.serverless.map(\.allowance) == [nil, AllowanceRange(low: 3, high: 7)])
        #expect(plan.overage.topUp?.fee.text == "5.5" && plan.overage.topUp?.minimum.description == "0.80")
        #expect(plan.discount.bands.map(\.share.text) == ["1", "5"] && plan.commitment.description == "500.00")
        #expect(plan.effectiveFrom?.description == "2026-02-01" && plan.effectiveTo?.description == "2027-01-01")
        let acme = BillingAccount(biller: "openrouter", account: "acme")
        #expect(table.subscriptions.map(\.account) == [acme, BillingAccount(biller: "openrouter")])
        #expect(table.subscriptions.map(\.seats) == [3, 1])
        #expect(table.otherCompute.map(\.time.description) == ["2026-06-03T00:00:00Z"])
        #expect(table.purchases.map(\.price.description) == ["105.50", "100.00"])
    }

    @Test func whatAPlanDoesNotSayItDoesNotHave() throws {
        let plan = try #require(try PlanFile.parse(plan(), name: "p.yaml").plans.first)
        #expect(plan.fee.amount == .zero && plan.credits.amount == .zero && plan.serverless.isEmpty)
        #expect(plan.overage == .payAsYouGo(Provenance(source: "s")) && plan.title == "p")
    }

    @Test func filesAreReadOverTheShippedPlans() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("mine.yaml", "subscriptions: [{ biller: huggingface, plan: hf-pro }]")
        let table = try PlanTable.load([path])
        #expect(table.plans.count == 5 && table.subscriptions.map(\.plan) == ["hf-pro"])
        let other = try folder.write("other.yaml", plan("plan: hf-pro", "fee: { amount: 12 }"))
        #expect(try PlanTable.load([path, other]).plans.filter { $0.name == "hf-pro" }.map(\.biller) == ["b"])
        let settings = try folder.write("tally.yaml", "plans: [mine.yaml]")
        let environment: [String: String] = [:]
        let configuration = try Configuration.load(
            path: settings, environment: environment, workingDirectory: folder.path)
        #expect(try configuration.loadPlanTable().subscriptions.count == 1)
        let none = try Configuration(text: nil, path: nil)
        #expect(try none.loadPlanTable() == (try BuiltInAssets.planTable()))
    }

    private func message(_ text: String) -> String {
        do {
            return "no error: \(try PlanFile.parse(text, name: "plans.yaml").plans.count)"
        } catch {
            return error.description
        }
    }

    @Test(arguments: [
        ("feee: { amount: 1 }", "plans.yaml:6: unknown key 'feee'; did you mean 'fee'?"),
        ("fee: { amont: 1 }", "plans.yaml:6: unknown key 'amont'; did you mean 'amount'?"),
        ("fee: { per_seat: true }", "plans[0].fee.amount is missing; write an amount"),
        ("fee: { amount: 9 USD }", "plans[0].fee.amount '9 USD' is not a decimal number; write an amount"),
        ("fee: { amount: -1 }", "'-1' is out of range; write an amount from 0 to 1000000.00"),
        ("fee: { amount: 1, per_seat: maybe }", "plans[0].fee.per_seat 'maybe' is neither yes nor no"),
        ("plan: a b", "plans[0].plan 'a b' cannot name a plan"),
        ("plan:", "plans[0].plan is missing; give the plan a name"),
        ("biller:", "plans[0].biller is missing; write who sends the bill"),
        ("direct: true", "plans[0].biller stands beside direct: true"),
        ("source:", "plans[0].source is missing; write where the plan is published"),
        ("covers: []", "plans[0].covers names no route"),
        ("covers: [routd]", "plans[0].covers: 'routd' is neither a route nor compute; did you mean 'routed'?"),
        (
            "serverless: [{ mode: meterd }]",
            "plans[0].serverless[0].mode 'meterd' is not known; did you mean 'metered'?"
        ),
        ("serverless: [{ mode: metered }, { mode: metered }]", "mode 'metered' occurs twice"),
        ("serverless: [{ mode: metered, requests_per_day: { low: 1, high: 2 } }]", "stands beside mode: metered"),
        ("serverless: [{ mode: allowance, requests_per_day: { low: 2, high: 1 } }]", "has not both ends, the low one"),
        ("serverless: [{ mode: allowance, requests_per_day: { low: 2 } }]", "has not both ends"),
        ("overage: { rule: prepiad }", "plans[0].overage.rule 'prepiad' is not known; did you mean 'prepaid'?"),
        ("overage: { top_up: { percent: 1 } }", "plans[0].overage.rule is missing"),
        ("overage: { rule: pay_as_you_go, top_up: { percent: 1 } }", "top_up stands beside rule: pay_as_you_go"),
        ("overage: { rule: prepaid, top_up: { percent: 101 } }", "'101' is not a percentage; write percents from 0"),
        ("overage: { rule: prepaid, top_up: {} }", "plans[0].overage.top_up.percent is missing"),
        ("discounts: [{ above: 5, percent: 1 }, { above: 5, percent: 2 }]", "not in the order of their thresholds"),
        ("effective_from: 2026-13-01", "plans[0].effective_from '2026-13-01' is not a day; write e.g. 2026-06-01"),
    ])
    func namesPlaceKeyAndMend(line: String, expected: String) {
        let message = message(plan(line))
        #expect(message.hasPrefix("plans.yaml:") && message.contains(expected), "\(message)")
    }

    @Test(arguments: [
        ("currency: EUR", "plans.yaml:1: currency 'EUR' is not USD"),
        ("plan: []", "plans.yaml:1: unknown key 'plan'; did you mean 'plans'?"),
        ("subscriptions: [{ biller: b, plan: q }]", "subscriptions[0].plan: there is no plan 'q'"),
        ("subscriptions: [{ plan: p }]", "subscriptions[0].biller is missing"),
        ("subscriptions: [{ biller: b, plan: p, seats: 0 }]", "subscriptions[0].seats '0' is out of range"),
        (
            "subscriptions: [{ biller: b, plan: p, from: 2026-06-02, to: 2026-06-01 }]",
            "subscriptions[0].to is not after"
        ),
        ("subscriptions: [{ biller: b, plan: p, form: 2026-06-02 }]", "unknown key 'form'; did you mean 'from'?"),
        (
            "compute: [{ biller: b, time: 2026-06, product: x, amount: 1 }]",
            "compute[0].time '2026-06' is neither a day"
        ),
        ("compute: [{ biller: b, time: 2026-06-01, product: x }]", "compute[0].amount is missing"),
        ("compute: [{ biller: b, time: 2026-06-01, amount: 1 }]", "compute[0].product is missing"),
        ("purchases: [{ biller: b, amount: 1 }]", "purchases[0].time is missing"),
        ("purchases: [{ biller: b, time: 2026-06-01, amount: 1, expires: 2026-06-01 }]", "expires is not after time"),
    ])
    func namesWhatIsWrongBesidePlans(line: String, expected: String) {
        let text = line.hasPrefix("plan:") || line.hasPrefix("currency") ? line : plan() + line
        let message = message(text)
        #expect(message.hasPrefix("plans.yaml:") && message.contains(expected), "\(message)")
    }

    @Test func refusesAPlanListedTwice() {
        let text = plan() + plan().split(separator: "\n").dropFirst().joined(separator: "\n")
        #expect(message(text).contains("plans[1].plan 'p' is listed twice from the same day on"))
    }
}
