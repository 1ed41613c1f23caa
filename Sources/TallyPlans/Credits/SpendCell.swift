package import TallyCore

/// The spend of one group within a quarter of an hour, by one route on one account's bill.
///
/// A group is whatever net costs are wanted by, such as a project.
package struct SpendCell<Group: Hashable & Comparable & Sendable>: Sendable, Equatable {
    /// Who is charged for it.
    package let group: Group
    /// Whose bill it is on, `nil` when the biller is not known.
    package let account: BillingAccount?
    /// How it was billed.
    package let route: Route?
    /// The exact sum of its calls' costs; calls without one add nothing.
    package let spend: Money

    /// A cell from its parts.
    package init(group: Group, account: BillingAccount?, route: Route?, spend: Money) {
        self.group = group
        self.account = account
        self.route = route
        self.spend = spend
    }
}
