extension DecimalText {
    /// From how many significant digits on a number may be the debris of a binary float.
    private static let digitsOfDebris = 15

    /// How many significant digits a number that was meant has at most.
    private static let digitsMeant = 12

    /// The decimal that was meant, where a binary float has left its debris: `0.18000000000000002` is 0.18.
    ///
    /// A number of 15 or more digits is brought back to one of at most 12 when they differ by no more than a few steps
    /// of a binary float, 10⁻¹⁴ of the number. Any other number, `0.08333333333333334` too, stays as it is written.
    public var meant: DecimalText {
        var digits = 0
        var rest = unscaled.magnitude
        while rest != 0 {
            digits += 1
            rest /= 10
        }
        guard digits >= Self.digitsOfDebris else { return self }
        var divisor: Int128 = 1
        for _ in 0..<(digits - Self.digitsMeant) { divisor *= 10 }
        let (quotient, remainder) = unscaled.quotientAndRemainder(dividingBy: divisor)
        var rounded = quotient
        if remainder.magnitude >= divisor.magnitude / 2 { rounded += unscaled < 0 ? -1 : 1 }
        let error = (unscaled - rounded * divisor).magnitude
        guard error <= unscaled.magnitude / 100_000_000_000_000 else { return self }
        var scale = scale - (digits - Self.digitsMeant)
        while rounded != 0, rounded % 10 == 0 {
            rounded /= 10
            scale -= 1
        }
        return DecimalText(unscaled: rounded, scale: scale)
    }

    /// The number times a power of ten.
    public func shifted(by places: Int) -> DecimalText { DecimalText(unscaled: unscaled, scale: scale - places) }
}

extension Rate {
    /// The largest batch a price is brought to so that it needs no more decimals than an amount has.
    private static let maximumBatch: Int64 = 1_000_000_000_000

    /// The rate of a published price, exact: a price of more than 12 decimals is one of a larger batch.
    ///
    /// `nil` when it is negative, above ``maximumAmount``, or too fine for any batch.
    ///
    /// - Parameters:
    ///   - published: What a batch costs.
    ///   - per: Units in the batch it is published for.
    ///   - batch: Units in the batch it is wanted for, which is used when it is a power of ten times the published one.
    public init?(_ published: DecimalText, per: Int64, wantedPer batch: Int64) {
        guard per >= 1 else { return nil }
        var amount = published
        var units = per
        while units < batch, batch % (units * 10) == 0 {
            units *= 10
            amount = amount.shifted(by: 1)
        }
        if units != batch { (amount, units) = (published, per) }
        while amount.scale > Money.places, units <= Self.maximumBatch / 10 {
            if amount.unscaled % 10 == 0 {
                amount = DecimalText(unscaled: amount.unscaled / 10, scale: amount.scale - 1)
            } else {
                units *= 10
                amount = amount.shifted(by: 1)
            }
        }
        guard let money = try? Money(amount) else { return nil }
        self.init(amount: money, per: units)
    }
}
