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
        record.append(Int64(aliases.entries.count))
        for (alias, name) in aliases.entries {
            record.append(alias)
            record.append(name)
        }
        for alias in modelAliases.entries {
            record.append(alias.biller)
            record.append(alias.provider)
            record.append(alias.name)
            record.append(alias.model)
        }
        return EventIdentity(hashing: record).description
    }
}
