import TallyConfig
import TallyCore
import TallyPlans
import TallyService
import Testing

struct PlanComparisonJSONTests {
    private func comparison(_ plans: [String], perDay: Int64 = 0) throws -> String {
        let first = try #require(CivilDate(year: 2026, month: 6, day: 1))
        let month = BillingMonth(containing: first)
        let table = try BuiltInAssets.planTable()
        var tariffs: [Tariff] = []
        for name in plans { tariffs.append(Tariff(plan: try #require(table.plan(name, on: first)))) }
        let demand = try PlanDemand(
            month: month, basis: .recorded, routedSpend: Money(parsing: "27"),
            serverless: ServerlessDemand(requestsPerDay: perDay, month: month),
            trouble: perDay == 0
                ? nil : ServerlessTrouble(rateLimited: 4, unavailable: 3, coldStarts: 2, coldStartMilliseconds: 15_000))
        let comparison = PlanComparison(demand: demand, tariffs: tariffs)
        return String(decoding: PlanComparisonJSON.text(comparison), as: UTF8.self)
    }

    @Test func hasTheFieldsOfTheInterface() throws {
        let text = try comparison(["hf-free", "hf-pro"])
        #expect(
            text == #"{"month":"2026-06","currency":"USD","basis":"recorded","pay_as_you_go":"27.00","plans":["#
                + #"{"plan":"hf-free","seats":1,"fee":"0.00","credits":{"granted":"0.10","used":"0.10","#
                + #""expired":"0.00"},"overage":"26.90","overage_rule":"prepaid","commitment_shortfall":"0.00","top_up_fee":"0.00","#
                + #""total":"26.90","serverless":"allowance","throttled":{"low":0,"high":0},"#
                + #""reroute_cost":{"low":"0.00","high":"0.00"},"total_with_reroute":{"low":"26.90","high":"26.90"},"#
                + #""serves_demand":true},{"plan":"hf-pro","seats":1,"fee":"9.00","credits":{"granted":"2.00","#
                + #""used":"2.00","expired":"0.00"},"overage":"25.00","overage_rule":"pay_as_you_go","commitment_shortfall":"0.00","#
                + #""top_up_fee":"0.00","total":"34.00","serverless":"allowance","throttled":{"low":0,"high":0},"#
                + #""reroute_cost":{"low":"0.00","high":"0.00"},"total_with_reroute":{"low":"34.00","high":"34.00"},"#
                + #""serves_demand":true}],"break_even":[{"from":"hf-free","to":"hf-pro","#
                + #""requests_per_day":{"low":null,"high":null},"spend":null}],"cheapest":"hf-free","saving":"7.10","#
                + #""saving_against":"hf-pro","reason":"hf-free serves the demand for 26.90, 7.10 less than hf-pro; "#
                + #"hf-pro costs 9.00 more in fees and returns 1.90 more in credits.","#
                + #""demand":{"serverless_requests":0,"direct":null,"seen":null},"unpriced":{"requests":0}}"#)
    }

    @Test func whatIsNotKnownIsNull() throws {
        let text = try comparison(["hf-free", "hf-team"], perDay: 12_000)
        #expect(text.contains(#""throttled":{"low":351000,"high":330000},"reroute_cost":{"low":null,"high":null}"#))
        #expect(text.contains(#""throttled":{"low":null,"high":null}"#) && text.contains(#""serves_demand":null"#))
        #expect(text.contains(#""cheapest":null,"saving":null,"saving_against":null"#))
        #expect(
            text.contains(
                #""seen":{"rate_limited":4,"unavailable":3,"cold_starts":2,"cold_start_ms":15000}"#))
    }
}
