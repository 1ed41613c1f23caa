package import TallyCore

/// Days of a month in which an account has one plan with one number of seats.
package struct PlanStretch: Sendable, Hashable {
    /// The plan, as it stood on the first day.
    package let plan: Plan
    /// The seats.
    package let seats: Int
    /// The first day.
    package let from: CivilDate
    /// The day after the last.
    package let to: CivilDate

    /// How many days it has.
    var days: Int { to.daysSinceEpoch - from.daysSinceEpoch }

    /// What a whole month would cost.
    var monthlyFee: Money { plan.fee.amount(seats: seats) }

    /// What a whole month's credits would be.
    var monthlyCredits: Money { plan.credits.amount(seats: seats) }
}

extension PlanTable {
    /// The stretches of a month in which an account has a plan, in order.
    ///
    /// A change to a plan that costs as much or more takes effect on its day; one to a plan that costs less, and the end
    /// of a subscription, with the next month, since what was paid for stands. The terms of a plan are those of the
    /// stretch's first day.
    ///
    /// - Parameters:
    ///   - account: The account.
    ///   - month: The month.
    /// - Returns: The stretches; none for an account without a plan.
    /// - Throws: ``CreditError/noSuchPlan(_:_:)`` for a subscription to a plan that is not there.
    package func stretches(of account: BillingAccount, in month: BillingMonth) throws(CreditError) -> [PlanStretch] {
        let own = subscriptions.filter { $0.account == account }
        let changes = Set(own.compactMap(\.from).filter { $0 > month.firstDay && month.contains($0) })
        var stretches: [PlanStretch] = []
        for day in [month.firstDay] + changes.sorted() {
            guard let chosen = subscription(of: own, on: day) else { continue }
            guard let plan = plan(chosen.plan, on: day) else { throw .noSuchPlan(chosen.plan, day) }
            let next = PlanStretch(plan: plan, seats: chosen.seats, from: day, to: month.end)
            guard let last = stretches.last else {
                stretches.append(next)
                continue
            }
            if next.monthlyFee < last.monthlyFee || (last.plan == plan && last.seats == chosen.seats) { continue }
            stretches[stretches.count - 1] = PlanStretch(plan: last.plan, seats: last.seats, from: last.from, to: day)
            stretches.append(next)
        }
        return stretches
    }

    /// The subscription that counts on a day: the one that began last, of several the later listed.
    private func subscription(of own: [Subscription], on date: CivilDate) -> Subscription? {
        var best: Subscription?
        for subscription in own where subscription.holds(on: date) {
            if let start = best?.from, subscription.from.map({ $0 < start }) ?? true { continue }
            best = subscription
        }
        return best
    }
}
