package import TallyCore

/// What a month's demand comes to on one plan.
package struct PlanLine: Sendable, Equatable {
    /// The plan with its seats.
    package let tariff: Tariff
    /// The reading of serverless terms that was used; `nil` for a plan without serverless calls.
    package let serverless: ServerlessMode?
    /// The invoice.
    package let charges: Tariff.Charges
    /// Serverless calls that are not let through; `nil` where the allowance is not known.
    package let throttled: AllowanceEnds<Int64?>
    /// What moving those to a paid route costs, before credits; `nil` where that is not known.
    package let rerouteCost: AllowanceEnds<Money?>
    /// The invoice with those moved, which may use credits that were left.
    package let totalWithReroute: AllowanceEnds<Money?>

    /// Whether nothing is throttled even at the low end; `nil` where the allowance is not known.
    package var servesDemand: Bool? { throttled.low.map { $0 == 0 } }

    init(tariff: Tariff, demand: PlanDemand, mode: ServerlessMode?) {
        let terms = tariff.plan.serverlessTerms(mode)
        let spend = PlanSpend(tariff: tariff, demand: demand, terms: terms)
        self.tariff = tariff
        serverless = terms?.mode
        charges = tariff.charges(eligible: spend.eligible, other: spend.other)
        let wanted = demand.serverless
        func ends<Value>(_ value: (Int64) -> Value?) -> AllowanceEnds<Value?> {
            switch spend.passing {
            case .all: AllowanceEnds(low: value(.max), high: value(.max))
            case .range(let range): AllowanceEnds(low: value(range.low), high: value(range.high))
            case .unknown where wanted.requests == 0: AllowanceEnds(low: value(.max), high: value(.max))
            case .unknown: AllowanceEnds(low: nil, high: nil)
            }
        }
        throttled = ends { wanted.throttled(over: $0) }
        rerouteCost = ends { wanted.rerouteCost(over: $0) }
        totalWithReroute = ends { allowance in
            wanted.rerouteCost(over: allowance).map {
                tariff.charges(eligible: spend.eligible + $0, other: spend.other).total
            }
        }
    }
}
