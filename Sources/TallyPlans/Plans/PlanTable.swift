package import TallyCore

/// The plans there are, who has which, and what is on the same bills besides model calls.
package struct PlanTable: Sendable, Equatable {
    /// The plans, in the order of their files.
    package let plans: [Plan]
    /// Which account has which plan from which day on.
    package let subscriptions: [Subscription]
    /// Other compute of the same billers.
    package let otherCompute: [ComputeLine]
    /// Credits that were bought.
    package let purchases: [CreditPurchase]

    /// Nothing.
    package static let empty = PlanTable(plans: [], subscriptions: [], otherCompute: [], purchases: [])

    /// A table from its parts.
    package init(
        plans: [Plan], subscriptions: [Subscription] = [], otherCompute: [ComputeLine] = [],
        purchases: [CreditPurchase] = []
    ) {
        self.plans = plans
        self.subscriptions = subscriptions
        self.otherCompute = otherCompute
        self.purchases = purchases
    }

    /// The plan of a name as it stands on a day: of those that hold, the one that began last, then the later listed.
    package func plan(_ name: String, on date: CivilDate) -> Plan? {
        var best: Plan?
        for plan in plans where plan.name == name && plan.holds(on: date) {
            if let chosen = best, !Self.beganLater(plan, than: chosen) { continue }
            best = plan
        }
        return best
    }

    /// The plans that hold on a day, one of each name, in the order of their first mention.
    package func plans(on date: CivilDate) -> [Plan] {
        names.compactMap { plan($0, on: date) }
    }

    /// The names of plans, in the order of their first mention.
    package var names: [String] {
        var seen: Set<String> = []
        return plans.map(\.name).filter { seen.insert($0).inserted }
    }

    /// This table with another one behind it, whose plans take the place of those with the same name and first day.
    package func appending(_ other: PlanTable) -> PlanTable {
        let kept = plans.filter { plan in
            !other.plans.contains { $0.name == plan.name && $0.effectiveFrom == plan.effectiveFrom }
        }
        return PlanTable(
            plans: kept + other.plans, subscriptions: subscriptions + other.subscriptions,
            otherCompute: otherCompute + other.otherCompute, purchases: purchases + other.purchases)
    }

    private static func beganLater(_ plan: Plan, than other: Plan) -> Bool {
        guard let start = other.effectiveFrom else { return true }
        guard let own = plan.effectiveFrom else { return false }
        return own >= start
    }
}
