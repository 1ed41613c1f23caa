/// Prices as read from files, and the spellings of billers and providers that go with them.
public struct PriceTable: Sendable, Equatable {
    /// Every price, filed under the one spelling of its biller and provider, in order of precedence: of two that hold
    /// alike, the later wins.
    public let prices: [Price]
    /// The spellings.
    public let aliases: ProviderAliases
    /// The other names of models.
    public let modelAliases: ModelAliases

    /// A table; biller and provider of each price are brought to their one spelling, so that equal prices get equal ids
    /// whichever spelling a file uses.
    public init(prices: [Price], aliases: ProviderAliases, modelAliases: ModelAliases = ModelAliases()) {
        self.prices = prices.map { $0.spelt(by: aliases) }
        self.aliases = aliases
        self.modelAliases = modelAliases.spelt(by: aliases)
    }

    /// This table followed by another one, whose prices, spellings and model names win.
    public func appending(_ later: PriceTable) -> PriceTable {
        let spellings = aliases.merged(with: later.aliases)
        return PriceTable(
            prices: prices + later.prices, aliases: spellings,
            modelAliases: modelAliases.spelt(by: spellings).appending(later.modelAliases.spelt(by: spellings)))
    }

    /// The prices ready to charge with.
    ///
    /// - Throws: ``PriceBookError`` when they tell more cases apart than a book may hold.
    public func makeBook() throws(PriceBookError) -> PriceBook {
        try PriceBook(prices: prices, aliases: aliases, modelAliases: modelAliases)
    }
}

extension Price {
    /// The same price under the one spelling of its biller and provider.
    fileprivate func spelt(by aliases: ProviderAliases) -> Price {
        let seller = (aliases.canonical(biller), provider.map(aliases.canonical))
        if seller == (biller, provider) { return self }
        return Price(
            biller: seller.0, provider: seller.1, model: model, usageClass: usageClass, rate: rate,
            conditions: conditions, isFree: isFree, source: source)
    }
}

extension ProviderAliases {
    /// These spellings with later ones added: a name that a later table makes another one's spelling takes its own
    /// spellings along.
    public func merged(with later: ProviderAliases) -> ProviderAliases {
        var merged = self
        var names = Set(entries.map(\.name))
        for (alias, laterName) in later.entries {
            let name = merged.canonical(laterName)
            if alias == name { continue }
            if names.contains(alias) {
                for entry in merged.entries where entry.name == alias { merged.add(entry.alias, for: name) }
            }
            merged.add(alias, for: name)
            names.insert(name)
        }
        return merged
    }
}
