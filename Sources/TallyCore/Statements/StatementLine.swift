/// One sum of a statement.
public struct StatementLine: Sendable, Equatable {
    /// What the line is about.
    public enum Kind: String, Sendable, Equatable, CaseIterable {
        /// Usage, without money.
        case usage
        /// Money that is owed, with or without the usage it is for.
        case charge
        /// Credits that come with the plan.
        case includedCredits = "included_credits"
        /// What may be spent at most.
        case limit
    }

    /// What the line is about.
    public var kind: Kind
    /// What it sums over; `nil` when the answer does not say.
    public var period: StatementPeriod?
    /// What tells it from its neighbours.
    public var dimensions = StatementDimensions()
    /// How many calls; `nil` when not stated.
    public var requests: Int64?
    /// How much was used, as far as it is stated; what a class holds and what it does not is that of ``UsageClass``.
    public var quantities: [StatementQuantity] = []
    /// What the biller asks for; negative for a refund.
    public var amount: Money?
    /// What somebody else asks for the same calls, such as the provider whose key was used with OpenRouter.
    public var upstreamAmount: Money?
    /// The currency of the amounts.
    public var currency = "USD"

    /// A line that says nothing yet.
    public init(kind: Kind, period: StatementPeriod?) {
        self.kind = kind
        self.period = period
    }

    /// The quantity of a measure; `nil` when it is not stated.
    public subscript(measure: StatementMeasure) -> DecimalText? {
        quantities.first { $0.measure == measure }?.value
    }
}
