package import TallyCore

/// The invoice a biller should send one account for a month.
package struct Invoice: Sendable, Equatable {
    /// One line.
    package struct Line: Sendable, Equatable {
        /// What is charged or taken off.
        package let kind: Kind
        /// More about it: a plan's name and seats, or a product.
        package let detail: String
        /// The first day it is for.
        package let from: CivilDate
        /// The day after the last it is for.
        package let to: CivilDate
        /// The amount, negative where it is taken off.
        package let amount: Money

        /// A line from its parts.
        package init(kind: Kind, detail: String, from: CivilDate, to: CivilDate, amount: Money) {
            self.kind = kind
            self.detail = detail
            self.from = from
            self.to = to
            self.amount = amount
        }
    }

    /// What a line is for.
    package enum Kind: String, Sendable, CaseIterable {
        /// The plan's fee.
        case fee
        /// Model calls before credits.
        case usage
        /// Other compute before credits.
        case compute
        /// Credits used.
        case credits
        /// The volume discount.
        case discount
        /// What is missing to a committed spend.
        case shortfall
        /// The fee of buying prepaid usage.
        case topUp = "top_up"
        /// Credits bought.
        case purchase
    }

    /// Whom it is for.
    package let account: BillingAccount
    /// The month.
    package let month: BillingMonth
    /// Its lines, those of zero left out.
    package let lines: [Line]
    /// What became of the credits.
    package let credits: CreditTotals
    /// What is left of them for the next month, by expiry.
    package let carried: [CreditPool.Grant]

    /// An invoice from its parts.
    package init(
        account: BillingAccount, month: BillingMonth, lines: [Line], credits: CreditTotals, carried: [CreditPool.Grant]
    ) {
        self.account = account
        self.month = month
        self.lines = lines.filter { $0.amount != .zero }
        self.credits = credits
        self.carried = carried
    }

    /// The sum of the lines.
    package var total: Money { lines.reduce(.zero) { $0 + $1.amount } }

    /// The sum of the lines of some kinds.
    package func sum(_ kinds: Kind...) -> Money {
        lines.reduce(.zero) { kinds.contains($1.kind) ? $0 + $1.amount : $0 }
    }

    /// What calls and other compute cost beyond the credits, discounts taken off.
    package var overage: Money { sum(.usage, .compute, .credits, .discount) }
}
