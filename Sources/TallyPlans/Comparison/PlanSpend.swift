internal import TallyCore

/// A demand as one plan bills it.
struct PlanSpend {
    /// What draws on the plan's credits.
    let eligible: Money
    /// What is on the same invoice and does not.
    let other: Money
    /// How many serverless calls a day pass.
    let passing: Passing

    /// How many serverless calls a day pass.
    enum Passing {
        case all
        case range(AllowanceRange)
        case unknown
    }

    init(tariff: Tariff, demand: PlanDemand, terms: ServerlessTerms?) {
        let plan = tariff.plan
        // Who goes to the providers directly pays their prices, and other compute where it is.
        let calls = plan.biller == nil ? demand.direct?.cost ?? demand.routedSpend : demand.routedSpend
        let metered = terms?.mode == .metered ? demand.serverless.computeCost : .zero
        let covers = plan.covers.includesOtherCompute
        eligible = calls + metered + (covers ? demand.otherCompute : .zero)
        other = covers ? .zero : demand.otherCompute
        switch terms?.mode {
        case .metered: passing = .all
        case .allowance: passing = terms?.allowance.map(Passing.range) ?? .unknown
        case nil: passing = AllowanceRange(low: 0, high: 0).map(Passing.range) ?? .unknown
        }
    }
}
