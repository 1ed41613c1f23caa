package import TallyCore

/// A month's use of a biller, for which plans are compared.
package struct PlanDemand: Sendable, Equatable {
    /// The month.
    package let month: BillingMonth
    /// What the numbers are made from.
    package let basis: Basis
    /// What routed calls cost before credits.
    package let routedSpend: Money
    /// Other compute of the same biller, before credits.
    package let otherCompute: Money
    /// Serverless calls.
    package let serverless: ServerlessDemand
    /// What the routed calls would cost without a router.
    package let direct: DirectQuote?
    /// Calls that are in none of the amounts, since their cost is not known.
    package let unpricedRequests: Int64
    /// What was really seen of limits and cold starts, when anything was recorded.
    package let trouble: ServerlessTrouble?

    /// What the numbers of a demand are made from.
    package enum Basis: String, Sendable, CaseIterable {
        /// Recorded calls of a month that is over.
        case recorded
        /// Recorded calls of a month that is not over, and as many for its other days.
        case runRate = "run-rate"
        /// Recorded calls of a month that is not over, and a forecast of its other days.
        case forecast
        /// A workload that was described.
        case assumed
    }

    /// What routed calls would cost at their providers' own prices.
    package struct DirectQuote: Sendable, Hashable {
        /// The cost of all of them.
        package let cost: Money
        /// The part of it that is the routed price, since no price of the provider's own is listed.
        package let atRoutedPrice: Money

        /// A quote from its parts.
        package init(cost: Money, atRoutedPrice: Money) {
            self.cost = cost
            self.atRoutedPrice = atRoutedPrice
        }
    }

    /// A demand from its parts.
    ///
    /// - Throws: ``CreditError/amountOutOfRange(_:)`` when an amount is negative, or all of them together are more than
    ///   ``BillingLimits/maximumSpend``.
    package init(
        month: BillingMonth, basis: Basis, routedSpend: Money, otherCompute: Money = .zero,
        serverless: ServerlessDemand = .none, direct: DirectQuote? = nil, unpricedRequests: Int64 = 0,
        trouble: ServerlessTrouble? = nil
    ) throws(CreditError) {
        var total = Money.zero
        let quoted = [direct?.cost, direct?.atRoutedPrice] + serverless.days.map(\.rerouteCost)
        for amount in [routedSpend, otherCompute, serverless.computeCost] + quoted.compactMap(\.self) {
            let range = Money.zero...BillingLimits.maximumSpend
            if !range.contains(amount) || !range.contains(total + amount) { throw .amountOutOfRange(month.start) }
            total += amount
        }
        self.month = month
        self.basis = basis
        self.routedSpend = routedSpend
        self.otherCompute = otherCompute
        self.serverless = serverless
        self.direct = direct
        self.unpricedRequests = unpricedRequests
        self.trouble = trouble
    }

    /// What is paid without any plan and without any credits, serverless calls left out.
    package var payAsYouGo: Money { routedSpend + otherCompute }
}
