package import TallyCore

/// A way to pay for model calls: a subscription with its fee, credits, allowances and rules, or none at all.
///
/// An amount a plan does not have is zero; an allowance nobody publishes is not known.
package struct Plan: Sendable, Hashable {
    /// Its name on the command line and in answers, such as `hf-pro`.
    package let name: String
    /// What its biller calls it.
    package let title: String
    /// Who sends the bill; `nil` for going to the providers directly.
    package let biller: String?
    /// Whether it pays only for calls that name an account, such as an organization.
    package let requiresAccount: Bool
    /// The monthly fee.
    package let fee: PlanFee
    /// The credits of a month.
    package let credits: IncludedCredits
    /// What it bills and its credits are used for.
    package let covers: PlanCoverage
    /// How serverless calls are treated, by source; the first is used unless another is asked for.
    package let serverless: [ServerlessTerms]
    /// What happens to usage beyond the credits.
    package let overage: OverageRule
    /// What is taken off usage beyond the credits.
    package let discount: VolumeDiscount
    /// What is paid for a month's usage at the least; zero when nothing is committed.
    package let commitment: Money
    /// The first day it holds; `nil` is from the beginning.
    package let effectiveFrom: CivilDate?
    /// The first day it no longer holds.
    package let effectiveTo: CivilDate?

    /// The most seats an account may have.
    package static let maximumSeats = 1_000_000

    /// A plan from its parts.
    package init(
        name: String, title: String, biller: String?, requiresAccount: Bool = false, fee: PlanFee,
        credits: IncludedCredits, covers: PlanCoverage, serverless: [ServerlessTerms] = [],
        overage: OverageRule, discount: VolumeDiscount = .none, commitment: Money = .zero,
        effectiveFrom: CivilDate? = nil, effectiveTo: CivilDate? = nil
    ) {
        self.name = name
        self.title = title
        self.biller = biller
        self.requiresAccount = requiresAccount
        self.fee = fee
        self.credits = credits
        self.covers = covers
        self.serverless = serverless
        self.overage = overage
        self.discount = discount
        self.commitment = commitment
        self.effectiveFrom = effectiveFrom
        self.effectiveTo = effectiveTo
    }

    /// Whether it holds on a day.
    package func holds(on date: CivilDate) -> Bool {
        if let effectiveFrom, date < effectiveFrom { return false }
        if let effectiveTo, date >= effectiveTo { return false }
        return true
    }

    /// How serverless calls are treated: as asked for where some source says so, else as the first source says.
    ///
    /// - Parameter mode: The reading asked for, `nil` for the plan's own.
    /// - Returns: The terms; `nil` for a plan without serverless calls.
    package func serverlessTerms(_ mode: ServerlessMode?) -> ServerlessTerms? {
        serverless.first { $0.mode == mode } ?? serverless.first
    }
}
