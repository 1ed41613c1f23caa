internal import TallyCore

/// A quarter of an hour in which an account's credits run out, while its calls are drawn one by one.
struct PendingQuarter<Group: Hashable & Comparable & Sendable> {
    /// Its first instant.
    let quarter: Instant
    /// Which stretch of the month it lies in.
    let stretch: Int
    /// Other compute that has not drawn yet.
    var lines: ArraySlice<(line: ComputeLine, group: Group)>
    /// What each group may still draw, by the sums.
    private var eligible: [Group: Money]
    private var last: (time: Instant, identity: EventIdentity)?

    init(
        quarter: Instant, stretch: Int, lines: ArraySlice<(line: ComputeLine, group: Group)>, eligible: [Group: Money]
    ) {
        self.quarter = quarter
        self.stretch = stretch
        self.lines = lines
        self.eligible = eligible
    }

    /// Checks that a call belongs here and comes after the one before it.
    mutating func admit(_ event: SpendEvent<Group>, of account: BillingAccount) throws(CreditError) {
        guard event.time.quarter == quarter else { throw .eventsDisagree(account, quarter) }
        if event.cost < .zero { throw .amountOutOfRange(event.time) }
        if let last, (event.time, event.identity) <= last { throw .outOfOrder(event.time) }
        last = (event.time, event.identity)
    }

    /// Notes what a group drew.
    mutating func take(_ amount: Money, from group: Group, of account: BillingAccount) throws(CreditError) {
        let left = (eligible[group] ?? .zero) - amount
        if left < .zero { throw .eventsDisagree(account, quarter) }
        eligible[group] = left
    }
}
