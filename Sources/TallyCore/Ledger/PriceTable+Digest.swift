extension PriceTable {
    /// A digest of everything the table says: equal tables, and practically no others, have equal digests.
    ///
    /// The order counts, as it decides between prices that hold alike.
    public var digest: String {
        var record = IdentityRecord()
        record.reset("price table")
        record.append(Int64(prices.count))
        for price in prices {
            // The id says everything but the source.
            record.append(price.id)
            record.append(price.source)
        }
        for (alias, name) in aliases.entries {
            record.append(alias)
            record.append(name)
        }
        return EventIdentity(hashing: record).description
    }
}
