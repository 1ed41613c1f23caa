package import TallyCore

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
