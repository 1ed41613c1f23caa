package import TallyCore

/// Credits that were bought, or given, for an account.
package struct CreditPurchase: Sendable, Hashable {
    /// Whose they are.
    package let account: BillingAccount
    /// How much usage they pay for.
    package let amount: Money
    /// What was paid for them, fees included; it is on the invoice of the month of ``on``.
    package let price: Money
    /// The first day they can be used.
    package let on: CivilDate
    /// The first day they can no longer be used; `nil` when they do not expire.
    package let expires: CivilDate?

    /// A purchase from its parts.
    package init(account: BillingAccount, amount: Money, price: Money, on: CivilDate, expires: CivilDate? = nil) {
        self.account = account
        self.amount = amount
        self.price = price
        self.on = on
        self.expires = expires
    }
}
