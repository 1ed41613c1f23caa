internal import TallyCore

/// What an account's month comes to: the invoice, and the shares of it.
struct AccountSettlement<Group: Hashable & Comparable & Sendable> {
    let invoice: Invoice
    let shares: [Group: NetShare]
    let unallocatedFees: Money

    init(_ ledger: AccountLedger<Group>, fees allocation: FeeAllocation<Group>) {
        let month = ledger.month
        var lines: [Invoice.Line] = []
        var shares: [Group: NetShare] = [:]
        for (group, spend) in ledger.outside { shares[group, default: NetShare()].outside += spend }
        var fees: [Invoice.Line] = []
        var overageBefore = Money.zero
        var flatFee = Money.zero
        let compute = ledger.compute.values.reduce(.zero, +)
        var spend = Money.zero
        for (index, stretch) in ledger.stretches.enumerated() {
            func line(_ kind: Invoice.Kind, _ amount: Money) -> Invoice.Line {
                let seats = stretch.plan.fee.isPerSeat ? ", \(stretch.seats) seat\(stretch.seats == 1 ? "" : "s")" : ""
                return Invoice.Line(
                    kind: kind, detail: stretch.plan.name + seats, from: stretch.from, to: stretch.to, amount: amount)
            }
            fees.append(line(.fee, Self.fee(of: stretch, in: month, paid: &flatFee)))
            let sums = ledger.sums[index]
            let credits = Self.credits(ledger, in: index)
            let overages = sums.reduce(into: [Group: Money]()) { overages, entry in
                overages[entry.key] = entry.value.spend - (credits[entry.key] ?? .zero)
            }
            let overage = overages.values.reduce(.zero, +)
            // Thresholds count from the first of the month, whatever the plan was then.
            let plan = stretch.plan
            let discount = plan.discount.amount(for: overageBefore + overage) - plan.discount.amount(for: overageBefore)
            let discounts = Apportionment.split(discount, by: overages)
            overageBefore += overage
            let paid = overage - discount
            lines += [line(.credits, .zero - ledger.used[index]), line(.discount, .zero - discount)]
            let committed = month.share(of: plan.commitment, days: stretch.days)
            fees.append(line(.shortfall, max(.zero, committed - paid)))
            fees.append(line(.topUp, plan.overage.topUp?.fee(for: paid) ?? .zero))
            for (group, sum) in sums {
                spend += sum.spend
                shares[group, default: NetShare()] += NetShare(
                    spend: sum.spend, waived: sum.waived, credits: credits[group] ?? .zero,
                    discount: discounts[group] ?? .zero)
            }
        }
        fees += ledger.purchases.map {
            Invoice.Line(kind: .purchase, detail: "credits", from: $0.on, to: $0.expires ?? $0.on, amount: $0.price)
        }
        let usage = Invoice.Line(
            kind: .usage, detail: "model calls", from: month.firstDay, to: month.end, amount: spend - compute)
        let others = ledger.compute.sorted { $0.key < $1.key }.map { product, amount in
            Invoice.Line(kind: .compute, detail: product, from: month.firstDay, to: month.end, amount: amount)
        }
        let order = Invoice.Kind.allCases
        invoice = Invoice(
            account: ledger.account, month: month,
            lines: order.flatMap { kind in (fees + [usage] + others + lines).filter { $0.kind == kind } },
            credits: ledger.pool.totals, carried: ledger.pool.remaining)
        let fee = fees.reduce(.zero) { $0 + $1.amount }
        let present = shares.filter { $0.value.spend > .zero || $0.value.waived > .zero }
        let parts = allocation.parts(of: fee, spend: present.mapValues(\.spend))
        for (group, part) in parts { shares[group, default: NetShare()].fee += part }
        unallocatedFees = fee - parts.values.reduce(.zero, +)
        self.shares = shares
    }

    /// What a stretch's fee is: its days' share rounded to a cent, or the whole month's once.
    private static func fee(of stretch: PlanStretch, in month: BillingMonth, paid: inout Money) -> Money {
        if stretch.days == month.days { return stretch.monthlyFee }
        if stretch.plan.fee.isProrated {
            let cents = stretch.monthlyFee.picodollars.scaled(by: Int128(stretch.days), over: Int128(month.days) * cent)
            return Money(picodollars: cents * cent)
        }
        let due = max(.zero, stretch.monthlyFee - paid)
        paid += due
        return due
    }

    /// Who used a stretch's credits.
    private static func credits(_ ledger: AccountLedger<Group>, in stretch: Int) -> [Group: Money] {
        switch ledger.allocation {
        case .chronological: ledger.sums[stretch].mapValues(\.credits)
        case .proRata: Apportionment.split(ledger.used[stretch], by: ledger.sums[stretch].mapValues(\.eligible))
        }
    }
}

/// Picodollars in a cent, the unit of an invoice's fees.
private let cent: Int128 = 10_000_000_000

extension NetShare {
    fileprivate init(spend: Money, waived: Money, credits: Money, discount: Money) {
        self.init()
        self.spend = spend
        self.waived = waived
        self.credits = credits
        self.discount = discount
    }

    /// Adds another share of the same group.
    static func += (left: inout NetShare, right: NetShare) {
        left.spend += right.spend
        left.waived += right.waived
        left.credits += right.credits
        left.discount += right.discount
        left.fee += right.fee
        left.outside += right.outside
    }
}
