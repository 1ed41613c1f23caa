package import TallyCore

/// What a whole month costs on one plan, as a function of its spend.
package struct Tariff: Sendable, Equatable {
    /// The plan.
    package let plan: Plan
    /// The seats paid for.
    package let seats: Int

    /// A plan with so many seats; a plan that is not per seat costs the same with any number.
    package init(plan: Plan, seats: Int = 1) {
        precondition((1...Plan.maximumSeats).contains(seats), "seats out of range")
        self.plan = plan
        self.seats = seats
    }

    /// What a month's spend comes to.
    package struct Charges: Sendable, Equatable {
        /// The plan's fee.
        package let fee: Money
        /// What became of the credits.
        package let credits: CreditTotals
        /// What is paid beyond the credits, discounts taken off.
        package let overage: Money
        /// What is missing to a committed spend.
        package let shortfall: Money
        /// The fee of buying prepaid usage.
        package let topUpFee: Money

        /// The whole invoice.
        package var total: Money { fee + overage + shortfall + topUpFee }
    }

    /// The charges of a month.
    ///
    /// - Parameters:
    ///   - eligible: Spend that draws on the credits.
    ///   - other: Spend on the same invoice that does not.
    /// - Returns: The charges, each rounded half away from zero to a picodollar, once.
    package func charges(eligible: Money, other: Money = .zero) -> Charges {
        let granted = plan.credits.amount(seats: seats)
        let used = min(granted, eligible)
        let usage = eligible - used + other
        let overage = usage - plan.discount.amount(for: usage)
        return Charges(
            fee: plan.fee.amount(seats: seats),
            credits: CreditTotals(granted: granted, used: used, expired: granted - used), overage: overage,
            shortfall: max(.zero, plan.commitment - overage),
            topUpFee: plan.overage.topUp?.fee(for: overage) ?? .zero)
    }

    /// The invoice in units of 10⁻²⁴ of the currency: exact, with nothing rounded.
    func exactTotal(eligible: Money, other: Money) -> Int128 {
        let paid = exactOverage(eligible: eligible, other: other)
        let shortfall = max(0, plan.commitment.picodollars * unit - paid)
        return plan.fee.amount(seats: seats).picodollars * unit + paid + shortfall + exactTopUp(paid)
    }

    /// Spends that draw on credits, from each of which on the invoice is linear up to the next.
    func bends(other: Money) -> [Int128] {
        let credits = plan.credits.amount(seats: seats).picodollars
        // The least top-up is due from the first picodollar on.
        var bends: [Int128] = [0, credits, credits + 1]
        for band in plan.discount.bands { bends.append(credits + band.above.picodollars - other.picodollars) }
        let limit = BillingLimits.maximumSpend.picodollars
        func overage(_ spend: Int128) -> Int128 { exactOverage(eligible: Money(picodollars: spend), other: other) }
        let commitment = plan.commitment.picodollars * unit
        let spent = Crossing.first(bends: bends, limit: limit) { commitment - overage($0) }
        var further = [spent]
        if let topUp = plan.overage.topUp {
            let least = topUp.minimum.picodollars * unit
            further.append(Crossing.first(bends: bends, limit: limit) { least - share(topUp, of: overage($0)) })
        }
        return bends + further.compactMap(\.self)
    }

    private func exactOverage(eligible: Money, other: Money) -> Int128 {
        let usage = max(.zero, eligible - plan.credits.amount(seats: seats)) + other
        return usage.picodollars * unit - plan.discount.millionths(of: usage) * (unit / Int128(Percentage.whole))
    }

    private func exactTopUp(_ paid: Int128) -> Int128 {
        guard let topUp = plan.overage.topUp, paid > 0 else { return 0 }
        return max(topUp.minimum.picodollars * unit, share(topUp, of: paid))
    }

    /// A top-up's share of an exact amount; whole, since amounts are multiples of a millionth of the unit.
    private func share(_ topUp: TopUp, of paid: Int128) -> Int128 {
        paid / Int128(Percentage.whole) * Int128(topUp.fee.millionths)
    }
}

/// Units of 10⁻²⁴ in a picodollar: room for a discount and a fee of four decimals of a percent each.
private let unit: Int128 = 1_000_000_000_000
