package import TallyCore

/// What a group's calls really cost.
package struct NetShare: Sendable, Equatable {
    /// Spend on the modelled invoices, before credits.
    package var spend = Money.zero
    /// Serverless spend that a plan lets through free of charge.
    package var waived = Money.zero
    /// Credits that paid for it.
    package var credits = Money.zero
    /// Its part of volume discounts.
    package var discount = Money.zero
    /// Its part of fees.
    package var fee = Money.zero
    /// Spend on bills that no plan models: of other billers, or with the customer's own keys.
    package var outside = Money.zero

    /// Nothing.
    package init() {}

    /// What its calls cost beyond credits, discounts taken off.
    package var overage: Money { spend - credits - discount }

    /// Its part of the modelled invoices.
    package var net: Money { overage + fee }
}
