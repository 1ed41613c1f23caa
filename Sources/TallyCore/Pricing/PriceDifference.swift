/// One thing that two states of the prices do not have alike.
public struct PriceDifference: Sendable {
    /// The price before, `nil` when there was none.
    public let old: Price?
    /// The price after, `nil` when there is none.
    public let new: Price?

    /// What happened to the price.
    public var kind: Kind { old == nil ? .added : new == nil ? .removed : .changed }

    /// What can happen to a price.
    public enum Kind: String, Sendable, CaseIterable {
        /// There was none before.
        case added
        /// There is none any more.
        case removed
        /// Its amount, its batch or whether it is free is another one.
        case changed
    }

    /// What differs between two tables, dates and all.
    ///
    /// - Parameters:
    ///   - old: The table before.
    ///   - new: The table after; of two prices for one and the same case the later in the table counts.
    /// - Returns: The differences, in the order of the new table, behind it what is gone.
    public static func between(_ old: PriceTable, _ new: PriceTable) -> [PriceDifference] {
        between(old.prices, new.prices) { DatedKey(key: PriceKey($0), conditions: $0.conditions) }
    }

    /// What differs between the prices that count at two times.
    public static func between(_ old: Instant, _ new: Instant, in table: PriceTable) -> [PriceDifference] {
        between(table.prices(at: old), table.prices(at: new), by: PriceKey.init)
    }

    private struct DatedKey: Hashable {
        let key: PriceKey
        let conditions: Price.Conditions
    }

    private static func between<Key: Hashable>(
        _ old: [Price], _ new: [Price], by key: (Price) -> Key
    ) -> [PriceDifference] {
        let before = Dictionary(old.map { (key($0), $0) }) { _, later in later }
        let after = Dictionary(new.map { (key($0), $0) }) { _, later in later }
        var differences: [PriceDifference] = []
        var seen: Set<Key> = []
        for price in new where seen.insert(key(price)).inserted {
            guard let counting = after[key(price)] else { continue }
            let earlier = before[key(price)]
            if let earlier, earlier.rate.isSame(as: counting.rate), earlier.isFree == counting.isFree { continue }
            differences.append(PriceDifference(old: earlier, new: counting))
        }
        for price in old where after[key(price)] == nil && seen.insert(key(price)).inserted {
            differences.append(PriceDifference(old: before[key(price)], new: nil))
        }
        return differences
    }
}

extension Rate {
    /// Whether both cost the same, whatever batch they are published for.
    public func isSame(as other: Rate) -> Bool {
        // Amounts of at most 10¹⁸ picodollars times batches of at most 10¹² stay far inside 128 bits.
        amount.picodollars * Int128(other.per) == other.amount.picodollars * Int128(per)
    }
}
