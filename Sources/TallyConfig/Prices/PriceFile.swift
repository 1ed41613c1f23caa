package import TallyCore

/// The price file: YAML, of the format its shipped copy `config/prices.yaml` explains at its top.
package enum PriceFile {
    /// The largest price file read from disk, in bytes.
    package static let maximumBytes = SettingsFile.maximumBytes

    /// The most spellings one file may list.
    package static let maximumSpellings = 1000

    static let keys = ["currency", "provider_aliases", "prices"]

    /// Reads the text of one price file.
    ///
    /// - Parameters:
    ///   - text: The text, of at most ``maximumBytes`` bytes.
    ///   - name: What errors call the file.
    ///   - aliases: Spellings that hold beside those of the file itself.
    /// - Returns: The prices, in the order of the file, and all spellings.
    /// - Throws: ``ConfigError`` for the first thing that is wrong; nothing of the file is used then.
    package static func parse(
        _ text: String, name: String, startingWith aliases: ProviderAliases = ProviderAliases()
    ) throws(ConfigError) -> PriceTable {
        try parse(text, origin: .file(name), startingWith: aliases)
    }

    static func parse(
        _ text: String, origin: SettingsOrigin, startingWith aliases: ProviderAliases
    ) throws(ConfigError) -> PriceTable {
        if text.utf8.count > maximumBytes {
            throw ConfigError(
                file: origin.name, problem: "the file is larger than \(maximumBytes) bytes",
                mend: "split it into several files")
        }
        let top = try SettingsMapping(try SettingsText.parse(text, origin: origin), name: "", known: keys)
        if let currency = try top.text("currency"), currency != PriceBook.currency {
            throw (top.node("currency")?.place ?? top.place).error(
                "currency \(quoted(currency)) is not \(PriceBook.currency)",
                mend:
                    "convert the amounts, write 'currency: \(PriceBook.currency)' and keep rate and source in a comment"
            )
        }
        let spellings = aliases.merged(with: try Self.aliases(top))
        var prices: [Price] = []
        var modelAliases: [ModelAlias] = []
        for (name, node) in try top.list("prices", of: "entries with biller, model, prices and source") {
            let entry = try Self.prices(of: node, name: name, aliases: spellings)
            prices += entry.prices
            modelAliases += entry.aliases
        }
        return PriceTable(prices: prices, aliases: spellings, modelAliases: ModelAliases(modelAliases))
    }

    /// The spellings a file adds.
    private static func aliases(_ top: SettingsMapping) throws(ConfigError) -> ProviderAliases {
        let table = try top.mapping("provider_aliases", known: nil)
        var count = 0
        let names = Set(table.entries.map { $0.key.lowercased() })
        var nameByAlias: [String: String] = [:]
        var aliases = ProviderAliases()
        for entry in table.entries {
            let name = entry.key.lowercased()
            for (alias, place) in try entry.value.texts(name: table.prefix + entry.key, of: "spellings") {
                count += 1
                if count > maximumSpellings {
                    throw place.error(
                        "provider_aliases has more than \(maximumSpellings) spellings", mend: "keep those in use")
                }
                let lower = alias.lowercased()
                if lower == name { continue }
                if names.contains(lower) {
                    throw place.error(
                        "provider_aliases: \(quoted(alias)) is a spelling of '\(name)' and has spellings of its own",
                        mend: "list all spellings under one name")
                }
                if let other = nameByAlias[lower], other != name {
                    throw place.error(
                        "provider_aliases: \(quoted(alias)) is a spelling of both '\(other)' and '\(name)'",
                        mend: "remove one of the two")
                }
                nameByAlias[lower] = name
                aliases.add(lower, for: name)
            }
        }
        return aliases
    }
}
