package import TallyCore

/// From where on the dearer of two plans is no longer the dearer.
package struct BreakEven: Sendable, Equatable {
    /// The plan that costs less, or as much, when nothing is used.
    package let from: String
    /// The other one.
    package let to: String
    /// The fewest serverless calls a day for which `to` costs no more than `from`, when each moves what it does not let
    /// through to a paid route, with the month's other spend as it is; `nil` when there is no such number, or prices or
    /// allowances are not known.
    package let requestsPerDay: AllowanceEnds<Int64?>
    /// The least spend a month, drawing on credits, for which `to` costs no more than `from`, serverless calls and other
    /// compute left out; `nil` when it always costs more.
    package let spend: Money?

    /// The break-even of two plans.
    ///
    /// - Parameters:
    ///   - plans: The two plans.
    ///   - demand: The month's demand.
    ///   - mode: The reading of serverless terms asked for.
    init(_ plans: (Tariff, Tariff), demand: PlanDemand, mode: ServerlessMode?) {
        let isInOrder = Self.idle(plans.0) <= Self.idle(plans.1)
        let (cheap, dear) = isInOrder ? plans : (plans.1, plans.0)
        from = cheap.plan.name
        to = dear.plan.name
        let limit = BillingLimits.maximumSpend.picodollars
        spend = Crossing.first(bends: cheap.bends(other: .zero) + dear.bends(other: .zero), limit: limit) { spend in
            let spend = Money(picodollars: spend)
            return dear.exactTotal(eligible: spend, other: .zero) - cheap.exactTotal(eligible: spend, other: .zero)
        }.map(Money.init(picodollars:))
        func requests(_ end: (AllowanceRange) -> Int64) -> Int64? {
            guard let first = RequestCost(cheap, demand: demand, mode: mode, end: end),
                let second = RequestCost(dear, demand: demand, mode: mode, end: end)
            else { return nil }
            let crossing = Crossing.first(
                bends: first.bends + second.bends, limit: min(first.limit, second.limit)
            ) { second.total($0) - first.total($0) }
            return crossing.map { Int64($0) }
        }
        requestsPerDay = AllowanceEnds(low: requests(\.low), high: requests(\.high))
    }

    private static func idle(_ tariff: Tariff) -> Int128 { tariff.exactTotal(eligible: .zero, other: .zero) }
}

/// What a month costs as a function of the serverless calls a day, at one end of the allowance.
private struct RequestCost {
    private let tariff: Tariff
    private let base: Money
    private let other: Money
    /// Calls a day that are paid for by the fee alone.
    private let free: Int128
    /// What one further call a day costs in the month, before credits, in picodollars.
    private let step: Int128

    /// `nil` when a price or the allowance is not known.
    init?(_ tariff: Tariff, demand: PlanDemand, mode: ServerlessMode?, end: (AllowanceRange) -> Int64) {
        let terms = tariff.plan.serverlessTerms(mode)
        let spend = PlanSpend(tariff: tariff, demand: demand, terms: terms)
        let price: Money?
        switch spend.passing {
        case .all:
            price = demand.serverless.computePrice
            free = 0
        case .range(let range):
            price = demand.serverless.routePrice
            free = Int128(end(range))
        case .unknown: return nil
        }
        guard let price else { return nil }
        step = price.picodollars * Int128(demand.month.days)
        self.tariff = tariff
        other = spend.other
        // The calls of the demand itself give way to those that are looked for.
        base = terms?.mode == .metered ? spend.eligible - demand.serverless.computeCost : spend.eligible
    }

    /// The most calls a day looked at.
    var limit: Int128 {
        let most = Int128(ServerlessDay.maximumRequests)
        return step == 0 ? most : min(most, (BillingLimits.maximumSpend - base).picodollars / step)
    }

    var bends: [Int128] {
        if step == 0 { return [0, free] }
        let bends = tariff.bends(other: other).map { $0 - base.picodollars }.filter { $0 > 0 }
        return [0, free] + bends.map { free + ($0 + step - 1) / step }
    }

    func total(_ requests: Int128) -> Int128 {
        let spend = base + Money(picodollars: max(0, requests - free) * step)
        return tariff.exactTotal(eligible: spend, other: other)
    }
}
