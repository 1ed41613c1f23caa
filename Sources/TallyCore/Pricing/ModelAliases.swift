/// The other names of models, in order of precedence: of two that fit a name equally well, the earlier counts.
public struct ModelAliases: Sendable {
    /// The aliases; no name occurs twice at one biller and provider.
    public let entries: [ModelAlias]
    /// What was left out: names that one list declares for a second model.
    private(set) var contradicting: [ModelAlias] = []

    /// No aliases.
    public init() { entries = [] }

    /// Aliases in order of precedence.
    ///
    /// - Parameters:
    ///   - aliases: The aliases; of two for one name the first is kept.
    ///   - spellings: What brings billers and providers to their one spelling.
    public init(_ aliases: [ModelAlias], spelt spellings: ProviderAliases = ProviderAliases()) {
        var models: [ModelAlias: String] = [:]
        var (kept, left): ([ModelAlias], [ModelAlias]) = ([], [])
        for alias in aliases {
            let spelt = alias.spelt(by: spellings)
            let model = spelt.model.lowercased()
            if let known = models[spelt.nameAlone] {
                if known != model { left.append(spelt) }
            } else {
                models[spelt.nameAlone] = model
                kept.append(spelt)
            }
        }
        (entries, contradicting) = (kept, left)
    }

    /// The same aliases under the one spelling of each biller and provider.
    func spelt(by spellings: ProviderAliases) -> ModelAliases {
        var spelt = ModelAliases(entries, spelt: spellings)
        spelt.contradicting = contradicting.map { $0.spelt(by: spellings) } + spelt.contradicting
        return spelt
    }

    /// These aliases with those of a later table before them, which may give a name another meaning.
    func appending(_ later: ModelAliases) -> ModelAliases {
        var joined = ModelAliases(later.entries + entries)
        let overridden = Set(later.entries.map(\.nameAlone))
        joined.contradicting = contradicting.filter { !overridden.contains($0.nameAlone) } + later.contradicting
        return joined
    }
}

extension ModelAliases: Equatable {
    /// Whether every name means the same: what was left out means nothing.
    public static func == (left: ModelAliases, right: ModelAliases) -> Bool { left.entries == right.entries }
}

extension ModelAlias {
    /// What no two aliases have alike.
    var nameAlone: ModelAlias {
        ModelAlias(biller: biller, provider: provider, name: name.lowercased(), model: "")
    }
}
