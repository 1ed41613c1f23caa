internal import TallyCore

/// One account through a month: its plan day by day, its credits, and who drew on them.
///
/// Quarters of an hour are settled in order, by their sums. Only where the credits run out within one does the order of
/// its calls matter; then it waits for them, one by one.
struct AccountLedger<Group: Hashable & Comparable & Sendable> {
    let account: BillingAccount
    let month: BillingMonth
    let stretches: [PlanStretch]
    /// Credits bought within the month.
    let purchases: [CreditPurchase]
    let allocation: CreditAllocation
    private let serverless: ServerlessMode?
    private(set) var pool: CreditPool
    /// What was spent in each stretch, by group.
    private(set) var sums: [[Group: StretchShare]]
    /// Credits used in each stretch.
    private(set) var used: [Money]
    /// Other compute by product.
    private(set) var compute: [String: Money] = [:]
    /// Spend before the account had a plan, or by routes it does not bill.
    private(set) var outside: [Group: Money] = [:]
    /// Days on which credits come or go, and those still ahead.
    private var changes: ArraySlice<CivilDate>
    /// Other compute still ahead, in the order in which it draws.
    private var lines: ArraySlice<(line: ComputeLine, group: Group)>
    private var pending: PendingQuarter<Group>?

    /// What a group spent within one stretch.
    struct StretchShare {
        var spend = Money.zero
        var eligible = Money.zero
        var credits = Money.zero
        var waived = Money.zero
    }

    init(
        account: BillingAccount, month: BillingMonth, stretches: [PlanStretch], purchases: [CreditPurchase],
        carried: [CreditPool.Grant], lines: [(line: ComputeLine, group: Group)], allocation: CreditAllocation,
        serverless: ServerlessMode?
    ) {
        self.account = account
        self.month = month
        self.stretches = stretches
        self.purchases = purchases
        self.allocation = allocation
        self.serverless = serverless
        self.lines = lines.sorted { ComputeLine.draws($0.line, before: $1.line) }[...]
        pool = CreditPool(carried: carried)
        sums = Array(repeating: [:], count: stretches.count)
        used = Array(repeating: .zero, count: stretches.count)
        var days = Set(stretches.map(\.from) + purchases.map(\.on) + [month.end])
        for day in (purchases.map(\.expires) + carried.map(\.expires)).compactMap(\.self) where month.contains(day) {
            days.insert(day)
        }
        changes = days.sorted()[...]
    }

    /// Settles the account's part of a quarter of an hour.
    ///
    /// - Returns: Whether its calls have to be drawn one by one; then ``draw(_:)`` and ``close()`` come next.
    mutating func settle(_ quarter: Instant, _ cells: [SpendCell<Group>]) -> Bool {
        settleLines(before: quarter)
        return settle(quarter, cells, takeLines(before: Instant(microseconds: quarter.microseconds + quarterLength)))
    }

    /// Settles what is left of the month.
    mutating func finish() {
        settleLines(before: month.end.midnight)
        advance(to: month.end)
    }

    /// Draws one call of the quarter of an hour that waits for its calls.
    ///
    /// - Returns: Whether credits are left.
    /// - Throws: ``CreditError`` when the call is out of order or was not among the sums.
    mutating func draw(_ event: SpendEvent<Group>) throws(CreditError) -> Bool {
        guard var open = pending else { return false }
        pending = nil
        try open.admit(event, of: account)
        drawLines(of: &open) { $0.time <= event.time }
        if draws(event.route, in: open.stretch), pool.balance > .zero {
            let part = pool.draw(event.cost)
            try open.take(part, from: event.group, of: account)
            credit(part, to: event.group, in: open.stretch)
        }
        pending = open
        return pool.balance > .zero
    }

    /// Ends the quarter of an hour that waited for its calls.
    ///
    /// - Throws: ``CreditError/eventsDisagree(_:_:)`` when the calls were fewer than the sums.
    mutating func close() throws(CreditError) {
        guard var open = pending else { return }
        pending = nil
        drawLines(of: &open) { _ in true }
        if pool.balance > .zero { throw .eventsDisagree(account, open.quarter) }
    }

    private mutating func settleLines(before end: Instant) {
        while let next = lines.first, next.line.time < end {
            let quarter = next.line.time.quarter
            let stop = min(end, Instant(microseconds: quarter.microseconds + quarterLength))
            _ = settle(quarter, [], takeLines(before: stop))
        }
    }

    private mutating func takeLines(before end: Instant) -> [(line: ComputeLine, group: Group)] {
        let taken = lines.prefix { $0.line.time < end }
        lines = lines.dropFirst(taken.count)
        return Array(taken)
    }

    private mutating func settle(
        _ quarter: Instant, _ cells: [SpendCell<Group>], _ lines: [(line: ComputeLine, group: Group)]
    ) -> Bool {
        advance(to: quarter.utcDate)
        guard let stretch = stretches.lastIndex(where: { $0.from <= quarter.utcDate }) else {
            for cell in cells { outside[cell.group, default: .zero] += cell.spend }
            for line in lines { outside[line.group, default: .zero] += line.line.amount }
            return false
        }
        let covers = stretches[stretch].plan.covers
        var eligible: [Group: Money] = [:]
        for cell in cells {
            if !covers.bills(cell.route) {
                outside[cell.group, default: .zero] += cell.spend
            } else if isWaived(cell.route, in: stretch) {
                sums[stretch][cell.group, default: StretchShare()].waived += cell.spend
            } else {
                sums[stretch][cell.group, default: StretchShare()].spend += cell.spend
                eligible[cell.group, default: .zero] += cell.spend
            }
        }
        let hasCalls = !eligible.isEmpty
        var drawing: [(line: ComputeLine, group: Group)] = []
        for entry in lines {
            sums[stretch][entry.group, default: StretchShare()].spend += entry.line.amount
            compute[entry.line.product, default: .zero] += entry.line.amount
            guard covers.includesOtherCompute else { continue }
            drawing.append(entry)
        }
        for (group, spend) in eligible { sums[stretch][group, default: StretchShare()].eligible += spend }
        for entry in drawing { sums[stretch][entry.group, default: StretchShare()].eligible += entry.line.amount }
        let total = drawing.reduce(eligible.values.reduce(.zero, +)) { $0 + $1.line.amount }
        let balance = pool.balance
        if allocation == .proRata || balance == .zero {
            used[stretch] += pool.draw(total)
            return false
        }
        if total <= balance {
            for (group, spend) in eligible { credit(pool.draw(spend), to: group, in: stretch) }
            for entry in drawing { credit(pool.draw(entry.line.amount), to: entry.group, in: stretch) }
            return false
        }
        var open = PendingQuarter(quarter: quarter, stretch: stretch, lines: drawing[...], eligible: eligible)
        if !hasCalls {
            drawLines(of: &open) { _ in true }
            return false
        }
        pending = open
        return true
    }

    private mutating func drawLines(of open: inout PendingQuarter<Group>, while isDue: (ComputeLine) -> Bool) {
        while let next = open.lines.first, isDue(next.line) {
            open.lines.removeFirst()
            credit(pool.draw(next.line.amount), to: next.group, in: open.stretch)
        }
    }

    private mutating func credit(_ amount: Money, to group: Group, in stretch: Int) {
        used[stretch] += amount
        if amount > .zero { sums[stretch][group, default: StretchShare()].credits += amount }
    }

    /// Brings the pool up to a day: what ends on a day goes before what begins on it comes.
    private mutating func advance(to date: CivilDate) {
        while let day = changes.first, day <= date {
            changes.removeFirst()
            pool.expire(on: day)
            for stretch in stretches where stretch.from == day {
                pool.raiseIncluded(to: stretch.monthlyCredits, expires: month.end)
            }
            for purchase in purchases where purchase.on == day {
                pool.add(CreditPool.Grant(remaining: purchase.amount, expires: purchase.expires))
            }
        }
    }

    private func draws(_ route: Route?, in stretch: Int) -> Bool {
        stretches[stretch].plan.covers.bills(route) && !isWaived(route, in: stretch)
    }

    private func isWaived(_ route: Route?, in stretch: Int) -> Bool {
        route == .serverless && stretches[stretch].plan.serverlessTerms(serverless)?.mode == .allowance
    }
}

/// Microseconds in a quarter of an hour.
private let quarterLength = Instant.microsecondsPerQuarter
