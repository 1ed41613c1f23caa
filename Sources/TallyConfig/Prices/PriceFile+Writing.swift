package import TallyCore

extension PriceFile {
    /// A table as a price file, which reads back as the same table.
    ///
    /// Prices stand in their order, one line for those of one model that hold alike; the other names of a model stand
    /// in its first line. An alias of a model without prices has no place in a file and is left out.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - comment: What the file says at its top, without the number signs.
    /// - Returns: The text of the file.
    package static func text(of table: PriceTable, comment: String = "") -> String {
        var text = comment.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "#\n" : "# \($0)\n" }.joined()
        if comment.isEmpty { text = "" } else { text += "\n" }
        text += "currency: \(PriceBook.currency)\n"
        text += spellings(table.aliases)
        if table.prices.isEmpty { return text + "\nprices: []\n" }
        text += "\nprices:\n"
        var names = aliasesByModel(table)
        for entry in entries(table.prices) {
            guard let first = entry.first else { continue }
            let key = ModelAlias(
                biller: first.biller, provider: first.provider, name: "", model: first.model.text.lowercased())
            text += "  - { \(fields(entry, aliases: names.removeValue(forKey: key) ?? []).joined(separator: ", ")) }\n"
        }
        return text
    }

    private static func spellings(_ aliases: ProviderAliases) -> String {
        if aliases.entries.isEmpty { return "" }
        var aliasesByName: [String: [String]] = [:]
        for entry in aliases.entries { aliasesByName[entry.name, default: []].append(entry.alias) }
        let lines = aliasesByName.sorted { $0.key < $1.key }.map { name, aliases in
            "  \(scalar(name)): [\(aliases.map(scalar).joined(separator: ", "))]\n"
        }
        return "\nprovider_aliases:\n" + lines.joined()
    }

    private static func aliasesByModel(_ table: PriceTable) -> [ModelAlias: [String]] {
        var names: [ModelAlias: [String]] = [:]
        for alias in table.modelAliases.entries {
            let key = ModelAlias(
                biller: alias.biller, provider: alias.provider, name: "", model: alias.model.lowercased())
            names[key, default: []].append(alias.name)
        }
        return names
    }

    /// Neighbours that differ in nothing but their class and rate, together.
    private static func entries(_ prices: [Price]) -> [[Price]] {
        var entries: [[Price]] = []
        for price in prices {
            if let last = entries.last, let first = last.first, first.stands(with: price),
                !last.contains(where: { $0.usageClass == price.usageClass })
            {
                entries[entries.count - 1].append(price)
            } else {
                entries.append([price])
            }
        }
        return entries
    }

    private static func fields(_ entry: [Price], aliases: [String]) -> [String] {
        guard let price = entry.first else { return [] }
        var fields = ["biller: \(scalar(price.biller))"]
        if let provider = providerField(price) { fields.append("provider: \(provider)") }
        fields.append("model: \(scalar(price.model.text))")
        if !aliases.isEmpty { fields.append("aliases: [\(aliases.map(scalar).joined(separator: ", "))]") }
        let conditions = price.conditions
        if let from = conditions.effectiveFrom { fields.append("effective_from: \(scalar(time(from)))") }
        if let to = conditions.effectiveTo { fields.append("effective_to: \(scalar(time(to)))") }
        if let above = conditions.inputTokensAbove { fields.append("input_tokens_above: \(above)") }
        if let window = conditions.window { fields.append("hours_utc: \(scalar(window.text))") }
        if let tier = conditions.serviceTier { fields.append("service_tier: \(scalar(tier))") }
        if price.isFree { fields.append("free: true") }
        let rates = entry.map { "\($0.usageClass.name): \(rate($0))" }
        fields.append("prices: { \(rates.joined(separator: ", ")) }")
        fields.append("source: \(scalar(price.source))")
        return fields
    }

    /// What an entry has to say of the provider for it to be read back, `nil` for nothing.
    private static func providerField(_ price: Price) -> String? {
        let unsaid = ProviderAliases().resolve(biller: price.biller, provider: nil).provider
        if price.provider == unsaid { return nil }
        return price.provider.map(scalar) ?? "\"*\""
    }

    private static func rate(_ price: Price) -> String {
        var amount = price.rate.amount.description
        while amount.hasSuffix("0") { amount.removeLast() }
        if amount.hasSuffix(".") { amount.removeLast() }
        return price.rate.per == price.usageClass.defaultBatch ? amount : "\(amount)/\(price.rate.per)"
    }

    private static func time(_ instant: Instant) -> String {
        let text = instant.description
        let midnight = "T00:00:00Z"
        return text.hasSuffix(midnight) ? String(text.dropLast(midnight.utf8.count)) : text
    }

    /// A text as YAML has it within braces: bare where nothing in it could mean something else.
    private static func scalar(_ text: String) -> String {
        let isBare = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"),
                UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: " "), UInt8(ascii: "("), UInt8(ascii: ")"):
                true
            default: false
            }
        }
        let mayBegin = text.utf8.first.map { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") } ?? false
        let isNull = ["null", "Null", "NULL"].contains(text)
        if isBare, mayBegin, !isNull, !text.hasSuffix(" ") { return text }
        var quoted = "\""
        for sign in text.unicodeScalars {
            switch sign {
            case "\"", "\\": quoted += "\\\(sign)"
            case _ where sign.value < 32 || sign.value == 127:
                let digits = String(sign.value, radix: 16)
                quoted += "\\x" + (digits.count == 1 ? "0" : "") + digits
            default: quoted.unicodeScalars.append(sign)
            }
        }
        return quoted + "\""
    }
}

extension Price {
    /// Whether the price differs from another in nothing but class and rate.
    fileprivate func stands(with other: Price) -> Bool {
        biller == other.biller && provider == other.provider && model == other.model
            && conditions == other.conditions && isFree == other.isFree && source == other.source
    }
}
