package import TallyCore

/// Bounds within which every sum and product of a month stays in 128 bits.
package enum BillingLimits {
    /// The most a month's spend, a fee, a commitment or a purchase may be: 10¹² of the currency.
    package static let maximumSpend = Money(picodollars: 1_000_000_000_000_000_000_000_000)
}
