/// The other names of models, in order of precedence: of two that fit a name equally well, the earlier counts.
public struct ModelAliases: Sendable, Equatable {
    /// The aliases; no name occurs twice at one biller and provider.
    public let entries: [ModelAlias]

    /// No aliases.
    public init() { entries = [] }

    /// Aliases in order of precedence.
    ///
    /// - Parameters:
    ///   - aliases: The aliases; of two for one name the first is kept.
    ///   - spellings: What brings billers and providers to their one spelling.
    public init(_ aliases: [ModelAlias], spelt spellings: ProviderAliases = ProviderAliases()) {
        var seen: Set<ModelAlias> = []
        entries = aliases.compactMap { alias in
            let spelt = alias.spelt(by: spellings)
            let key = ModelAlias(
                biller: spelt.biller, provider: spelt.provider, name: spelt.name.lowercased(), model: "")
            return seen.insert(key).inserted ? spelt : nil
        }
    }
}
