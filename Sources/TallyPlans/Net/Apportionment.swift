package import TallyCore

/// Amounts split in proportion to weights, so that the parts sum to the amount exactly.
package enum Apportionment {
    /// Splits an amount by the method of the largest remainder.
    ///
    /// The method is Hamilton's, of 1792, for the seats of a parliament.
    /// Each part is its share rounded down to a picodollar; the picodollars left over go one each to the parts with the
    /// largest remainders, of equal ones to the first key. So no order of the weights changes a part, no part exceeds
    /// its share rounded up, and a weight of zero has none.
    ///
    /// - Parameters:
    ///   - amount: What is split; not negative.
    ///   - weights: The weights, none negative, all together at most ``BillingLimits/maximumSpend``.
    /// - Returns: The parts; none when all weights are zero.
    package static func split<Key: Hashable & Comparable>(_ amount: Money, by weights: [Key: Money]) -> [Key: Money] {
        let total = weights.values.reduce(Int128(0)) { $0 + $1.picodollars }
        if total == 0 || amount == .zero { return [:] }
        var parts: [Key: Money] = [:]
        var remainders: [(key: Key, remainder: UInt128)] = []
        var left = amount.picodollars
        for (key, weight) in weights where weight > .zero {
            let share = amount.picodollars.magnitude.quotient(
                times: weight.picodollars.magnitude, over: total.magnitude)
            parts[key] = Money(picodollars: Int128(share.quotient))
            left -= Int128(share.quotient)
            if share.remainder > 0 { remainders.append((key, share.remainder)) }
        }
        remainders.sort { $0.remainder != $1.remainder ? $0.remainder > $1.remainder : $0.key < $1.key }
        for entry in remainders.prefix(Int(left)) { parts[entry.key, default: .zero] += Money(picodollars: 1) }
        return parts
    }
}
