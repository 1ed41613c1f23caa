package import TallyCore

/// A month's modelled invoices, and whose share of them is how much.
///
/// The shares' net costs and the fees that are nobody's sum to the invoices, exactly.
package struct MonthStatement<Group: Hashable & Comparable & Sendable>: Sendable, Equatable {
    /// One group with its share.
    package struct Row: Sendable, Equatable {
        /// The group.
        package let group: Group
        /// Its share.
        package let share: NetShare
    }

    /// The month.
    package let month: BillingMonth
    /// One invoice for each account with a plan, in their order.
    package let invoices: [Invoice]
    /// The shares, by group.
    package let rows: [Row]
    /// Fees that are nobody's.
    package let unallocatedFees: Money

    /// A statement from its parts.
    package init(month: BillingMonth, invoices: [Invoice], shares: [Group: NetShare], unallocatedFees: Money) {
        self.month = month
        self.invoices = invoices
        rows = shares.sorted { $0.key < $1.key }.map { Row(group: $0.key, share: $0.value) }
        self.unallocatedFees = unallocatedFees
    }

    /// The sum of the invoices.
    package var total: Money { invoices.reduce(.zero) { $0 + $1.total } }

    /// What is left of each account's credits, to open the next month with.
    package var carried: [BillingAccount: [CreditPool.Grant]] {
        Dictionary(uniqueKeysWithValues: invoices.map { ($0.account, $0.carried) })
    }
}
