package import TallyCore

/// Settles a month: whose calls drew on which credits, what is left to pay, and whose share of it is how much.
///
/// The month's spend is handed in quarter of an hour by quarter of an hour, as sums. What it answers is which calls it
/// has to see one by one: those of an account in a quarter in which its credits run out. Memory holds one sum for each
/// group and plan, however many calls there were. The rules are in the decision "How credits are used".
package struct CreditEngine<Group: Hashable & Comparable & Sendable>: Sendable {
    /// The month.
    package let month: BillingMonth
    private let rules: CreditRules<Group>
    private var ledgers: [BillingAccount: AccountLedger<Group>] = [:]
    private var outside: [Group: Money] = [:]
    private var last: Instant?
    private var total = Money.zero

    /// Calls that have to be drawn one by one.
    package struct EventRequest: Sendable, Hashable {
        /// Whose.
        package let account: BillingAccount
        /// The first instant of their quarter of an hour.
        package let quarter: Instant
    }

    /// Opens a month.
    ///
    /// - Parameters:
    ///   - month: The month.
    ///   - table: Plans, subscriptions, purchases and other compute; what lies in other months plays no part.
    ///   - rules: How credits and fees are shared out.
    ///   - carried: Bought credits that the months before left, by account.
    ///   - group: Which group other compute belongs to.
    /// - Throws: ``CreditError`` when a plan is missing or an amount is out of range.
    package init(
        month: BillingMonth, table: PlanTable, rules: CreditRules<Group> = CreditRules(),
        carried: [BillingAccount: [CreditPool.Grant]] = [:], group: (ComputeLine) -> Group
    ) throws(CreditError) {
        self.month = month
        self.rules = rules
        let lines = table.otherCompute.filter { month.contains($0.time) }
        for line in lines { try count(line.amount, at: line.time) }
        let bought = table.purchases.filter { month.contains($0.on) }
        for purchase in bought {
            try count(purchase.amount, at: purchase.on.midnight)
            try count(purchase.price, at: purchase.on.midnight)
        }
        for (account, grants) in carried {
            if grants.isEmpty { continue }
            for grant in grants { try count(grant.remaining, at: month.start) }
            if try table.stretches(of: account, in: month).isEmpty { throw .purchaseWithoutPlan(account, month) }
        }
        for account in Set(table.subscriptions.map(\.account) + bought.map(\.account)) {
            let purchases = bought.filter { $0.account == account }
            let stretches = try table.stretches(of: account, in: month)
            if stretches.isEmpty {
                if !purchases.isEmpty { throw .purchaseWithoutPlan(account, month) }
                continue
            }
            ledgers[account] = AccountLedger(
                account: account, month: month, stretches: stretches, purchases: purchases,
                carried: carried[account] ?? [],
                lines: lines.filter { $0.account == account }.map { ($0, group($0)) },
                allocation: rules.allocation, serverless: rules.serverless)
        }
        for line in lines where ledgers[line.account] == nil {
            outside[group(line), default: .zero] += line.amount
        }
    }

    /// Settles a quarter of an hour.
    ///
    /// - Parameter quarter: The quarter, later than the one before.
    /// - Returns: The calls that now have to be drawn, each request with ``draw(_:for:)`` and ``close(_:)``, before the
    ///   next quarter; hardly ever any.
    /// - Throws: ``CreditError`` when the quarter is out of order or an amount is out of range.
    package mutating func settle(_ quarter: SpendQuarter<Group>) throws(CreditError) -> [EventRequest] {
        if let last, quarter.start <= last { throw .outOfOrder(quarter.start) }
        guard month.contains(quarter.start), quarter.start == quarter.start.quarter else {
            throw .notInMonth(quarter.start, month)
        }
        last = quarter.start
        var cells: [BillingAccount: [SpendCell<Group>]] = [:]
        for cell in quarter.cells {
            try count(cell.spend, at: quarter.start)
            if let account = cell.account, ledgers[account] != nil {
                cells[account, default: []].append(cell)
            } else {
                outside[cell.group, default: .zero] += cell.spend
            }
        }
        var requests: [EventRequest] = []
        for (account, cells) in cells where ledgers[account]?.settle(quarter.start, cells) ?? false {
            requests.append(EventRequest(account: account, quarter: quarter.start))
        }
        return requests.sorted { $0.account < $1.account }
    }

    /// Draws one call.
    ///
    /// - Parameters:
    ///   - event: The next call of the request, by time and then by identity.
    ///   - request: What was asked for.
    /// - Returns: Whether further calls can still draw; if not, the rest need not be read.
    /// - Throws: ``CreditError`` when the call is out of order or was not among the sums.
    package mutating func draw(_ event: SpendEvent<Group>, for request: EventRequest) throws(CreditError) -> Bool {
        guard var ledger = ledgers.removeValue(forKey: request.account) else { return false }
        let hasMore = try ledger.draw(event)
        ledgers[request.account] = ledger
        return hasMore
    }

    /// Ends a request.
    ///
    /// - Parameter request: What was asked for.
    /// - Throws: ``CreditError/eventsDisagree(_:_:)`` when there were fewer calls than their sums say.
    package mutating func close(_ request: EventRequest) throws(CreditError) {
        guard var ledger = ledgers.removeValue(forKey: request.account) else { return }
        try ledger.close()
        ledgers[request.account] = ledger
    }

    /// Ends the month.
    ///
    /// - Returns: The invoices and everybody's share of them.
    package consuming func finish() -> MonthStatement<Group> {
        var invoices: [Invoice] = []
        var shares: [Group: NetShare] = [:]
        var unallocated = Money.zero
        for (group, spend) in outside { shares[group, default: NetShare()].outside += spend }
        for account in ledgers.keys.sorted() {
            guard var ledger = ledgers.removeValue(forKey: account) else { continue }
            ledger.finish()
            let settlement = AccountSettlement(ledger, fees: rules.fees)
            invoices.append(settlement.invoice)
            unallocated += settlement.unallocatedFees
            for (group, share) in settlement.shares { shares[group, default: NetShare()] += share }
        }
        return MonthStatement(month: month, invoices: invoices, shares: shares, unallocatedFees: unallocated)
    }

    /// Counts an amount towards the bound that keeps every sum in 128 bits.
    private mutating func count(_ amount: Money, at time: Instant) throws(CreditError) {
        if amount < .zero || amount > BillingLimits.maximumSpend { throw .amountOutOfRange(time) }
        total += amount
        if total > BillingLimits.maximumSpend { throw .amountOutOfRange(time) }
    }
}

extension CreditEngine {
    /// Settles a whole month from a source.
    ///
    /// - Parameter source: The month's spend.
    /// - Returns: The invoices and everybody's share of them.
    /// - Throws: The fault of the source; ``CreditError`` when what it hands in does not fit together.
    package consuming func statement(from source: some SpendSource<Group>) async throws -> MonthStatement<Group> {
        for try await quarter in try await source.spend(in: month) {
            for request in try settle(quarter) {
                for try await event in try await source.events(of: request.account, in: request.quarter) {
                    if try !draw(event, for: request) { break }
                }
                try close(request)
            }
        }
        return finish()
    }
}
