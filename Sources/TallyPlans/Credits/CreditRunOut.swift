package import TallyCore

/// When a month's credits will be used up, and what is to be paid beyond them.
package struct CreditRunOut: Sendable, Equatable {
    /// The day at whose end nothing is left; `nil` when they last, or there are none.
    package let day: CivilDate?
    /// What the month will cost beyond them.
    package let payAsYouGo: Money

    /// Follows a path of spend.
    ///
    /// - Parameters:
    ///   - credits: The credits of the month.
    ///   - month: The month.
    ///   - spendByDay: What each day from the first on spent, or is forecast to spend, of what draws on credits; days
    ///     behind the last spend nothing.
    package init(credits: Money, month: BillingMonth, spendByDay: [Money]) {
        precondition(spendByDay.count <= month.days, "more days than the month has")
        var spent = Money.zero
        var day: CivilDate?
        for (offset, spend) in spendByDay.enumerated() {
            spent += spend
            if day == nil, credits > .zero, spent >= credits {
                day = CivilDate(daysSinceEpoch: month.firstDay.daysSinceEpoch + offset)
            }
        }
        self.day = day
        payAsYouGo = max(.zero, spent - credits)
    }
}
