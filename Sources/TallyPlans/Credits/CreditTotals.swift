package import TallyCore

/// What became of an account's credits: what was granted was used, has expired, or is left.
package struct CreditTotals: Sendable, Hashable {
    /// Credits there were.
    package var granted = Money.zero
    /// Credits that paid for usage.
    package var used = Money.zero
    /// Credits that were lost.
    package var expired = Money.zero

    /// No credits.
    package init() {}

    /// Totals from their parts.
    package init(granted: Money, used: Money, expired: Money) {
        self.granted = granted
        self.used = used
        self.expired = expired
    }

    /// Credits that are left for the next month.
    package var carried: Money { granted - used - expired }
}
