package import TallyCore

/// A day's demand for serverless calls: those that were answered, and those that were refused.
package struct ServerlessDay: Sendable, Hashable {
    /// How many calls were wanted.
    package let requests: Int64
    /// What all of them would have cost by the cheapest paid route of the same models; `nil` when one has none.
    package let rerouteCost: Money?

    /// The most calls of one day.
    package static let maximumRequests: Int64 = 1_000_000_000_000

    /// A day from its parts; `requests` is from 0 to ``maximumRequests``.
    package init(requests: Int64, rerouteCost: Money?) {
        precondition((0...Self.maximumRequests).contains(requests), "requests out of range")
        self.requests = requests
        self.rerouteCost = rerouteCost
    }

    /// How many calls are over an allowance.
    func excess(over allowance: Int64) -> Int64 { max(0, requests - allowance) }

    /// What moving those over an allowance to a paid route costs: their share of the day, rounded once.
    func rerouteCost(over allowance: Int64) -> Money? {
        let excess = excess(over: allowance)
        if excess == 0 { return .zero }
        return rerouteCost.map {
            Money(picodollars: $0.picodollars.scaled(by: Int128(excess), over: Int128(requests)))
        }
    }
}
