package import TallyCore

/// A discount on the part of a month's paid usage that lies above a threshold.
///
/// Bands are graduated: each share holds for the usage between its threshold and the next, never for what lies below.
package struct VolumeDiscount: Sendable, Hashable {
    /// One threshold with its share.
    package struct Band: Sendable, Hashable {
        /// The usage this band begins above.
        package let above: Money
        /// The share that is taken off.
        package let share: Percentage

        /// A band from its parts.
        package init(above: Money, share: Percentage) {
            self.above = above
            self.share = share
        }
    }

    /// The bands, by ascending threshold.
    package let bands: [Band]

    /// No discount.
    package static let none = VolumeDiscount(unchecked: [])

    /// A discount, or `nil` when a threshold is negative or not above the one before.
    package init?(bands: [Band]) {
        var last = Int128(-1)
        for band in bands {
            if band.above.picodollars <= last { return nil }
            last = band.above.picodollars
        }
        self.bands = bands
    }

    private init(unchecked bands: [Band]) {
        self.bands = bands
    }

    /// What is taken off a month's paid usage, in millionths of a picodollar, exactly.
    func millionths(of usage: Money) -> Int128 {
        var sum: Int128 = 0
        for (index, band) in bands.enumerated() where usage > band.above {
            let end = index + 1 < bands.count ? min(usage, bands[index + 1].above) : usage
            sum += (end - band.above).picodollars * Int128(band.share.millionths)
        }
        return sum
    }

    /// What is taken off a month's paid usage, rounded half away from zero to a picodollar, once.
    package func amount(for usage: Money) -> Money {
        Money(picodollars: millionths(of: usage).scaled(by: 1, over: Int128(Percentage.whole)))
    }
}
