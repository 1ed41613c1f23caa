internal import FastJSON
internal import TallyCore
package import TallyPlans

/// A comparison of plans as JSON: the answer of `GET /api/v1/plans/compare` and of `tally plans compare`.
package enum PlanComparisonJSON {
    /// The text of a comparison.
    package static func text(_ comparison: PlanComparison) -> [UInt8] {
        let demand = comparison.demand
        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        writer.member("month", demand.month.description)
        writer.member("currency", PriceBook.currency)
        writer.member("basis", demand.basis.rawValue)
        writer.member("pay_as_you_go", demand.payAsYouGo.description)
        writer.key("plans")
        writer.beginArray()
        for line in comparison.lines { append(line, to: &writer) }
        writer.endArray()
        writer.key("break_even")
        writer.beginArray()
        for pair in comparison.breakEven { append(pair, to: &writer) }
        writer.endArray()
        let verdict = comparison.verdict
        writer.member("cheapest", verdict.cheapest)
        writer.member("saving", verdict.saving?.description)
        writer.member("saving_against", verdict.against)
        writer.member("reason", verdict.reason)
        append(demand, to: &writer)
        writer.endObject()
        return writer.bytes
    }

    private static func append(_ line: PlanLine, to writer: inout JSONWriter) {
        let charges = line.charges
        writer.beginObject()
        writer.member("plan", line.tariff.plan.name)
        writer.member("seats", line.tariff.seats)
        writer.member("fee", charges.fee.description)
        writer.key("credits")
        writer.beginObject()
        writer.member("granted", charges.credits.granted.description)
        writer.member("used", charges.credits.used.description)
        writer.member("expired", charges.credits.expired.description)
        writer.endObject()
        writer.member("overage", charges.overage.description)
        writer.member("overage_rule", line.tariff.plan.overage.name)
        writer.member("commitment_shortfall", charges.shortfall.description)
        writer.member("top_up_fee", charges.topUpFee.description)
        writer.member("total", charges.total.description)
        writer.member("serverless", line.serverless?.rawValue)
        writer.key("throttled")
        writer.beginObject()
        writer.member("low", line.throttled.low)
        writer.member("high", line.throttled.high)
        writer.endObject()
        append(line.rerouteCost, as: "reroute_cost", to: &writer)
        append(line.totalWithReroute, as: "total_with_reroute", to: &writer)
        writer.member("serves_demand", line.servesDemand)
        writer.endObject()
    }

    private static func append(_ ends: AllowanceEnds<Money?>, as name: String, to writer: inout JSONWriter) {
        writer.key(name)
        writer.beginObject()
        writer.member("low", ends.low?.description)
        writer.member("high", ends.high?.description)
        writer.endObject()
    }

    private static func append(_ pair: BreakEven, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("from", pair.from)
        writer.member("to", pair.to)
        writer.key("requests_per_day")
        writer.beginObject()
        writer.member("low", pair.requestsPerDay.low)
        writer.member("high", pair.requestsPerDay.high)
        writer.endObject()
        writer.member("spend", pair.spend?.description)
        writer.endObject()
    }

    /// What the comparison is made from, beside the month.
    private static func append(_ demand: PlanDemand, to writer: inout JSONWriter) {
        writer.key("demand")
        writer.beginObject()
        writer.member("serverless_requests", demand.serverless.requests)
        writer.key("direct")
        if let direct = demand.direct {
            writer.beginObject()
            writer.member("cost", direct.cost.description)
            writer.member("at_routed_price", direct.atRoutedPrice.description)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.key("seen")
        if let trouble = demand.trouble {
            writer.beginObject()
            writer.member("rate_limited", trouble.rateLimited)
            writer.member("unavailable", trouble.unavailable)
            writer.member("cold_starts", trouble.coldStarts)
            writer.member("cold_start_ms", trouble.coldStartMilliseconds)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.endObject()
        writer.key("unpriced")
        writer.beginObject()
        writer.member("requests", demand.unpricedRequests)
        writer.endObject()
    }
}
