package import TallyCore

/// What a plan costs a month before anything is used.
package struct PlanFee: Sendable, Hashable {
    /// The amount of a whole month, for each seat where it is per seat.
    package let amount: Money
    /// Whether each seat pays it.
    package let isPerSeat: Bool
    /// Whether a part of a month costs its days' share, rather than the whole.
    package let isProrated: Bool
    /// Where the amount is from.
    package let provenance: Provenance

    /// A fee from its parts.
    package init(amount: Money, isPerSeat: Bool = false, isProrated: Bool = true, provenance: Provenance) {
        self.amount = amount
        self.isPerSeat = isPerSeat
        self.isProrated = isProrated
        self.provenance = provenance
    }

    /// What a whole month costs with so many seats.
    package func amount(seats: Int) -> Money {
        isPerSeat ? Money(picodollars: amount.picodollars * Int128(seats)) : amount
    }
}
