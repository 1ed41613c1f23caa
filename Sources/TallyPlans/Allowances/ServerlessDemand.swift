package import TallyCore

/// A month's demand for serverless calls.
package struct ServerlessDemand: Sendable, Hashable {
    /// The days that have any, in any order.
    package let days: [ServerlessDay]
    /// What the calls cost by compute seconds.
    package let computeCost: Money

    /// No calls.
    package static let none = ServerlessDemand(days: [], computeCost: .zero)

    /// A demand from its parts.
    package init(days: [ServerlessDay], computeCost: Money) {
        self.days = days
        self.computeCost = computeCost
    }

    /// The same demand every day of a month.
    ///
    /// - Parameters:
    ///   - requestsPerDay: Calls a day.
    ///   - month: The month.
    ///   - routePrice: What a call costs by the cheapest paid route, `nil` when there is none.
    ///   - computePrice: What a call costs by compute seconds.
    package init(requestsPerDay: Int64, month: BillingMonth, routePrice: Money? = nil, computePrice: Money = .zero) {
        let day = ServerlessDay(
            requests: requestsPerDay,
            rerouteCost: routePrice.map { Money(picodollars: $0.picodollars * Int128(requestsPerDay)) })
        self.init(
            days: Array(repeating: day, count: month.days),
            computeCost: Money(picodollars: computePrice.picodollars * Int128(requestsPerDay) * Int128(month.days)))
    }

    /// All its calls.
    package var requests: Int64 { days.reduce(0) { $0 + $1.requests } }

    /// How many calls an allowance does not let through.
    package func throttled(over allowance: Int64) -> Int64 { days.reduce(0) { $0 + $1.excess(over: allowance) } }

    /// What moving those calls to a paid route costs, before credits; `nil` when a model of them has none.
    package func rerouteCost(over allowance: Int64) -> Money? {
        var sum = Money.zero
        for day in days {
            guard let cost = day.rerouteCost(over: allowance) else { return nil }
            sum += cost
        }
        return sum
    }

    /// What a call costs by the cheapest paid route, on average; `nil` when it is not known, or there are no calls.
    var routePrice: Money? {
        guard requests > 0, let cost = rerouteCost(over: 0) else { return nil }
        return Money(picodollars: cost.picodollars.scaled(by: 1, over: Int128(requests)))
    }

    /// What a call costs by compute seconds, on average; `nil` when there are no calls.
    var computePrice: Money? {
        requests == 0 ? nil : Money(picodollars: computeCost.picodollars.scaled(by: 1, over: Int128(requests)))
    }
}
