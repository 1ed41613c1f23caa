package import TallyCore

/// Why a month's bill cannot be modelled.
package enum CreditError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A subscription names a plan that is not there on its day.
    case noSuchPlan(String, CivilDate)
    /// Credits were bought for an account that has no plan in that month.
    case purchaseWithoutPlan(BillingAccount, BillingMonth)
    /// Quarters of an hour, or events of one, came out of order.
    case outOfOrder(Instant)
    /// Spend or a line lies outside of the month.
    case notInMonth(Instant, BillingMonth)
    /// An amount is negative, or a month's are more than ``BillingLimits/maximumSpend`` together.
    case amountOutOfRange(Instant)
    /// The events of a quarter of an hour are not those its sums were made from.
    case eventsDisagree(BillingAccount, Instant)

    /// What is wrong and how to mend it, in one line.
    package var description: String {
        switch self {
        case .noSuchPlan(let name, let date):
            "there is no plan '\(name)' on \(date); `tally plans list` shows the plans there are"
        case .purchaseWithoutPlan(let account, let month):
            "credits were bought for \(account), which has no plan in \(month); add a subscription to the plan file"
        case .outOfOrder(let instant):
            "spend at \(instant) came after later spend; hand it in by time, then identity"
        case .notInMonth(let instant, let month): "spend at \(instant) is not in \(month)"
        case .amountOutOfRange(let instant):
            "spend at \(instant) is negative or makes more than \(BillingLimits.maximumSpend) a month; correct it"
        case .eventsDisagree(let account, let quarter):
            "the calls of \(account) in the quarter of an hour from \(quarter) changed while they were read; try again"
        }
    }
}
