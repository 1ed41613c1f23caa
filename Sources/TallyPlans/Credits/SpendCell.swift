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

/// The cells of one quarter of an hour.
package struct SpendQuarter<Group: Hashable & Comparable & Sendable>: Sendable, Equatable {
    /// Its first instant.
    package let start: Instant
    /// Its cells, in any order; of equal group, account and route there may be several.
    package let cells: [SpendCell<Group>]

    /// A quarter of an hour from its parts.
    package init(start: Instant, cells: [SpendCell<Group>]) {
        self.start = start
        self.cells = cells
    }
}

/// One call with its cost.
package struct SpendEvent<Group: Hashable & Comparable & Sendable>: Sendable, Equatable {
    /// When it was made.
    package let time: Instant
    /// Which call it is: calls of one instant draw on credits in the order of their identities.
    package let identity: EventIdentity
    /// Who is charged for it.
    package let group: Group
    /// How it was billed.
    package let route: Route?
    /// What it cost.
    package let cost: Money

    /// An event from its parts.
    package init(time: Instant, identity: EventIdentity, group: Group, route: Route?, cost: Money) {
        self.time = time
        self.identity = identity
        self.group = group
        self.route = route
        self.cost = cost
    }
}
