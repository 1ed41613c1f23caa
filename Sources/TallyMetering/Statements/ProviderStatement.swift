package import TallyCore

/// What a biller says of an account in one answer or one row of an export: sums over days, models and projects, for
/// reconciling with what was metered.
///
/// It is never made into events: the same calls may be known one by one.
package struct ProviderStatement: Sendable, Equatable {
    /// Who says it.
    package var biller: String
    /// The sums.
    package var lines: [StatementLine] = []
    /// Whose account it is and how it pays, where the answer says so.
    package var account: StatementAccount?
    /// Until when the numbers are true, where the answer says so; they may still change.
    package var asOf: Instant?
    /// The cursor of the next page.
    package var nextPage: String?
    /// Rows that could not be read.
    package var rejected: [RecordFailure] = []
}

/// One sum of a statement.
package struct StatementLine: Sendable, Equatable {
    /// What the line is about.
    package enum Kind: String, Sendable, Equatable {
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
    package var kind: Kind
    /// What it sums over; `nil` when the answer does not say.
    package var period: StatementPeriod?
    /// What tells it from its neighbours.
    package var dimensions = StatementDimensions()
    /// How many calls; `nil` when not stated.
    package var requests: Int64?
    /// How much was used, as far as it is stated; what a class holds and what it does not is that of ``UsageClass``.
    package var quantities: [StatementQuantity] = []
    /// What the biller asks for; negative for a refund.
    package var amount: Money?
    /// What somebody else asks for the same calls, such as the provider whose key was used with OpenRouter.
    package var upstreamAmount: Money?
    /// The currency of the amounts.
    package var currency = "USD"

    /// The quantity of a measure; `nil` when it is not stated.
    package subscript(measure: StatementMeasure) -> DecimalText? {
        quantities.first { $0.measure == measure }?.value
    }
}

/// A span of time, from the first instant to before the second.
package struct StatementPeriod: Sendable, Hashable {
    /// The first instant.
    package var from: Instant
    /// The instant after the last.
    package var to: Instant
}

/// What tells a line of a statement from its neighbours; `nil` is everything, or not known.
package struct StatementDimensions: Sendable, Hashable {
    /// Who served.
    package var provider: String?
    /// The model, as the biller names it.
    package var model: String?
    /// The biller's project or workspace.
    package var project: String?
    /// The biller's resource group.
    package var group: String?
    /// The biller's user.
    package var user: String?
    /// The biller's id of a key.
    package var key: String?
    /// The session id calls were sent with.
    package var session: String?
    /// The service tier.
    package var serviceTier: String?
    /// Whether it was sent in a batch.
    package var isBatch: Bool?
    /// The line of the invoice, or the product.
    package var lineItem: String?

    /// Nothing in particular.
    package init() {}
}

/// What a quantity of a statement counts.
package enum StatementMeasure: Sendable, Hashable {
    /// One of Tally's classes, in whole units (seconds, not millionths).
    case usage(UsageClass)
    /// All input tokens, cached or not, where the statement does not divide them.
    case inputTotal
    /// Tokens written to a cache, where the statement does not tell the lifetimes apart.
    case cacheWrites
    /// A unit of the biller's own, by the name it gives it.
    case unit(String)
}

/// How much of something.
package struct StatementQuantity: Sendable, Equatable {
    /// What is counted.
    package var measure: StatementMeasure
    /// How many, exactly as stated.
    package var value: DecimalText
}

/// An account as its biller describes it.
package struct StatementAccount: Sendable, Equatable {
    /// The user or organization.
    package var name: String?
    /// Whether it has the paid plan for one person.
    package var isPro: Bool?
    /// Whether it can pay for more than is included.
    package var canPay: Bool?
    /// `prepaid` or `postpaid`.
    package var billingMode: String?
    /// When the billing period ends.
    package var periodEnd: Instant?
    /// The organizations the user is in.
    package var organizations: [String] = []
}
