/// A published price: an amount for a batch of units, kept in the shape it was published in.
///
/// `Rate(amount: 0.15, per: 1_000_000)` is fifteen cents a million tokens. The batch is counted in plain units of
/// the class, whatever it is stored in: a rate a second has a batch of 1, one a thousand calls of 1000.
public struct Rate: Sendable, Hashable {
    /// What one whole batch costs.
    public let amount: Money
    /// Units in a batch; at least 1.
    public let per: Int64

    /// The largest amount a batch may cost: a million of the currency.
    ///
    /// With quantities of at most 10¹² a charge then stays far inside 128 bits.
    public static let maximumAmount = Money(picodollars: 1_000_000_000_000_000_000)

    /// A rate, or `nil` when the amount is negative or above ``maximumAmount``, or the batch is not positive.
    public init?(amount: Money, per: Int64) {
        if per < 1 || amount > Self.maximumAmount || amount.picodollars < 0 { return nil }
        self.amount = amount
        self.per = per
    }

    /// `amount × quantity ÷ per`, rounded half away from zero to a picodollar, once.
    ///
    /// - Parameters:
    ///   - quantity: How many, in stored units.
    ///   - storedPerUnit: Stored units in one unit of the class: 1, or 1,000,000 for durations and megapixels.
    /// - Returns: The cost in the currency of the rate.
    @inlinable
    public func cost(of quantity: Int64, storedPerUnit: Int64) -> Money {
        let product = amount.picodollars * Int128(quantity)
        let divisor = Int128(per) * Int128(storedPerUnit)
        let (quotient, remainder) = product.quotientAndRemainder(dividingBy: divisor)
        // Half away from zero, as PostgreSQL's round(numeric) does, so that an auditor's SQL agrees.
        if remainder.magnitude * 2 >= divisor.magnitude {
            return Money(picodollars: product < 0 ? quotient - 1 : quotient + 1)
        }
        return Money(picodollars: quotient)
    }
}
