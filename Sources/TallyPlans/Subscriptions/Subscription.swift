package import TallyCore

/// That an account has a plan, from one day up to another.
package struct Subscription: Sendable, Hashable {
    /// Whose it is.
    package let account: BillingAccount
    /// The name of the plan.
    package let plan: String
    /// How many seats are paid for.
    package let seats: Int
    /// Its first day; `nil` is from the beginning.
    package let from: CivilDate?
    /// The first day after it; it is paid for, and holds, until the end of that day's month.
    package let to: CivilDate?

    /// A subscription from its parts; `seats` is from 1 to ``Plan/maximumSeats``.
    package init(account: BillingAccount, plan: String, seats: Int = 1, from: CivilDate? = nil, to: CivilDate? = nil) {
        precondition((1...Plan.maximumSeats).contains(seats), "seats out of range")
        self.account = account
        self.plan = plan
        self.seats = seats
        self.from = from
        self.to = to
    }

    func holds(on date: CivilDate) -> Bool {
        if let from, date < from { return false }
        if let to, date >= to { return false }
        return true
    }
}
