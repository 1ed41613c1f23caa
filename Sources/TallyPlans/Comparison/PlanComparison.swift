/// What a month's demand comes to on each of several plans, and which of them is the one to have.
///
/// The whole demand is put on each plan: where a plan pays only for calls that name an account, they are taken to name it.
package struct PlanComparison: Sendable, Equatable {
    /// The demand.
    package let demand: PlanDemand
    /// One line for each plan, in the order asked for.
    package let lines: [PlanLine]
    /// The break-even of each pair of plans of one biller.
    package let breakEven: [BreakEven]
    /// Which plan is the cheapest.
    package let verdict: Verdict

    /// The most plans that are compared at once: bounds the pairs.
    package static let maximumPlans = 100

    /// Compares plans.
    ///
    /// - Parameters:
    ///   - demand: The month's demand.
    ///   - tariffs: The plans with their seats, at most ``maximumPlans``.
    ///   - serverless: The reading of serverless terms, where a plan has it; `nil` for each plan's own.
    package init(demand: PlanDemand, tariffs: [Tariff], serverless: ServerlessMode? = nil) {
        precondition(tariffs.count <= Self.maximumPlans, "too many plans")
        self.demand = demand
        lines = tariffs.map { PlanLine(tariff: $0, demand: demand, mode: serverless) }
        var pairs: [BreakEven] = []
        for (index, first) in tariffs.enumerated() {
            for second in tariffs[(index + 1)...] where first.plan.biller == second.plan.biller {
                if first.plan.biller == nil { continue }
                pairs.append(BreakEven((first, second), demand: demand, mode: serverless))
            }
        }
        breakEven = pairs
        verdict = Verdict(lines, demand: demand)
    }
}
