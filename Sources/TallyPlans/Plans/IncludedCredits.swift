package import TallyCore

/// Credits a plan includes each calendar month in UTC.
///
/// They are used before anything is paid for, and what is left at the end of the month is lost.
package struct IncludedCredits: Sendable, Hashable {
    /// The credits of a month, for each seat where they are per seat.
    package let amount: Money
    /// Whether each seat adds its own to the pool.
    package let isPerSeat: Bool
    /// Where the amount is from.
    package let provenance: Provenance

    /// Credits from their parts.
    package init(amount: Money, isPerSeat: Bool = false, provenance: Provenance) {
        self.amount = amount
        self.isPerSeat = isPerSeat
        self.provenance = provenance
    }

    /// The credits of a month with so many seats.
    package func amount(seats: Int) -> Money {
        isPerSeat ? Money(picodollars: amount.picodollars * Int128(seats)) : amount
    }
}
