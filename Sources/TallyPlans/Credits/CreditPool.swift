package import TallyCore

/// The credits of an account, drawn in the order in which they expire.
package struct CreditPool: Sendable, Equatable {
    /// Credits of one kind that are left.
    package struct Grant: Sendable, Hashable {
        /// What is left of them.
        package var remaining: Money
        /// The first day they can no longer be used; `nil` when they do not expire.
        package let expires: CivilDate?

        /// Credits from their parts.
        package init(remaining: Money, expires: CivilDate?) {
            self.remaining = remaining
            self.expires = expires
        }
    }

    /// What became of the credits so far.
    package private(set) var totals = CreditTotals()
    /// By expiry, those that do not expire last; of equal expiry in the order they came.
    private var grants: [Grant] = []
    private var included = Money.zero

    /// A pool with credits carried over from the month before.
    package init(carried: [Grant] = []) {
        for grant in carried { add(grant) }
    }

    /// What can be drawn.
    package var balance: Money { grants.reduce(.zero) { $0 + $1.remaining } }

    /// What is left, by expiry.
    package var remaining: [Grant] { grants.filter { $0.remaining > .zero } }

    /// Adds credits that were bought.
    package mutating func add(_ grant: Grant) {
        totals.granted += grant.remaining
        let place = grants.firstIndex { Self.expires(grant, before: $0) } ?? grants.count
        grants.insert(grant, at: place)
    }

    /// Brings a month's included credits up to an amount; what was given or used stays.
    package mutating func raiseIncluded(to amount: Money, expires: CivilDate) {
        if amount <= included { return }
        add(Grant(remaining: amount - included, expires: expires))
        included = amount
    }

    /// Takes what a day ends.
    package mutating func expire(on date: CivilDate) {
        for index in grants.indices {
            guard let expires = grants[index].expires, expires <= date else { continue }
            totals.expired += grants[index].remaining
            grants[index].remaining = .zero
        }
        grants.removeAll { $0.remaining == .zero }
    }

    /// Draws up to an amount.
    ///
    /// - Returns: How much of it the credits paid for.
    package mutating func draw(_ amount: Money) -> Money {
        var open = amount
        for index in grants.indices where open > .zero {
            let part = min(open, grants[index].remaining)
            grants[index].remaining = grants[index].remaining - part
            open = open - part
        }
        totals.used += amount - open
        return amount - open
    }

    private static func expires(_ grant: Grant, before other: Grant) -> Bool {
        guard let date = grant.expires else { return false }
        return other.expires.map { date < $0 } ?? true
    }
}
