internal import TallyCore

extension PriceFile {
    static let entryKeys = [
        "biller", "provider", "model", "effective_from", "effective_to", "input_tokens_above", "hours_utc",
        "service_tier", "free", "prices", "source", "aliases",
    ]

    /// How many units a batch may have: more than one call can use tells of a mistake.
    static let maximumBatch = UsageBuckets.maximumQuantity

    /// The most other names one entry may list.
    static let maximumAliases = 1000

    /// The prices of one entry of the list, one for each class, and the other names of its model.
    static func prices(
        of node: SettingsNode, name: String, aliases: ProviderAliases
    ) throws(ConfigError) -> (prices: [Price], aliases: [ModelAlias]) {
        let entry = try SettingsMapping(node, name: name, known: entryKeys)
        let biller = try entry.requiredText("biller", mend: "write who sends the bill, e.g. 'biller: openai'")
        let stated = try entry.text("provider")
        // Behind a router nothing is served by the router itself: there, no provider means any provider.
        let seller = aliases.resolve(biller: biller, provider: stated == "*" ? nil : stated)
        let model = try Self.model(entry)
        let conditions = try Self.conditions(entry)
        let isFree = try entry.boolean("free") ?? false
        let source = try entry.requiredText("source", mend: "write where the price is published")
        let classes = try entry.mapping("prices", known: UsageClass.names)
        if classes.entries.isEmpty {
            throw entry.place.error("\(name).prices is missing", mend: "write 'prices: { input: AMOUNT, … }'")
        }
        var prices: [Price] = []
        for item in classes.entries {
            guard let usageClass = UsageClass(name: item.key) else { continue }
            let rate = try Self.rate(item.value, of: usageClass, name: classes.prefix + item.key)
            if isFree, rate.amount != .zero {
                throw item.place.error(
                    "\(classes.prefix)\(item.key) has a price though the entry says free: true",
                    mend: "write 0, or remove free")
            }
            prices.append(
                Price(
                    biller: seller.biller ?? biller, provider: stated == "*" ? nil : seller.provider, model: model,
                    usageClass: usageClass, rate: rate, conditions: conditions, isFree: isFree, source: source))
        }
        let provider = stated == "*" ? nil : seller.provider
        return (prices, try modelAliases(entry, biller: seller.biller ?? biller, provider: provider, of: model))
    }

    /// The other names an entry gives its model.
    private static func modelAliases(
        _ entry: SettingsMapping, biller: String, provider: String?, of model: ModelPattern
    ) throws(ConfigError) -> [ModelAlias] {
        var aliases: [ModelAlias] = []
        for (name, place) in try entry.texts("aliases", of: "other names of the model") {
            guard case .exact(let id) = model else {
                throw place.error(
                    "\(entry.prefix)aliases stands beside a model that is a beginning",
                    mend: "write one model's id as model, or remove aliases")
            }
            if aliases.count >= maximumAliases {
                throw place.error(
                    "\(entry.prefix)aliases has more than \(maximumAliases) names",
                    mend: "use a pattern such as gpt-4o-*")
            }
            aliases.append(ModelAlias(biller: biller, provider: provider, name: name, model: id))
        }
        return aliases
    }

    private static func model(_ entry: SettingsMapping) throws(ConfigError) -> ModelPattern {
        let text = try entry.requiredText("model", mend: "write the model's id, or '\"*\"' for every model")
        if text.dropLast().contains("*") {
            throw (entry.node("model")?.place ?? entry.place).error(
                "\(entry.prefix)model \(quoted(text)) has a * that is not at its end",
                mend: "write the beginning of the id and one *")
        }
        return ModelPattern(text)
    }

    private static func conditions(_ entry: SettingsMapping) throws(ConfigError) -> Price.Conditions {
        var conditions = Price.Conditions()
        conditions.effectiveFrom = try instant(entry, "effective_from")
        conditions.effectiveTo = try instant(entry, "effective_to")
        if let from = conditions.effectiveFrom, let to = conditions.effectiveTo, to <= from {
            throw (entry.node("effective_to")?.place ?? entry.place).error(
                "\(entry.prefix)effective_to is not after effective_from",
                mend: "write the first moment at which the price no longer holds")
        }
        conditions.inputTokensAbove = try entry.integer("input_tokens_above", in: 0...UsageBuckets.maximumQuantity)
        conditions.serviceTier = try entry.text("service_tier")
        if let node = entry.node("hours_utc") {
            let text = try node.text(name: entry.prefix + "hours_utc")
            guard let window = window(text) else {
                throw node.place.error(
                    "\(entry.prefix)hours_utc \(quoted(text)) is not a window of the day",
                    mend: "write two different times in quotes, e.g. \"16:30-00:30\"")
            }
            conditions.window = window
        }
        return conditions
    }

    private static func instant(_ entry: SettingsMapping, _ key: String) throws(ConfigError) -> Instant? {
        guard let node = entry.node(key) else { return nil }
        let text = try node.text(name: entry.prefix + key)
        switch TimeText(text) {
        case .instant(let instant): return instant
        case .date(let date): return Instant(year: date.year, month: date.month, day: date.day)
        case .wallClock, .month, nil:
            throw node.place.error(
                "\(entry.prefix)\(key) \(quoted(text)) is neither a date nor a time with an offset",
                mend: "write e.g. 2025-06-10 or 2025-06-10T16:00:00Z")
        }
    }

    /// `16:30-00:30`; the day may end at `24:00`.
    private static func window(_ text: String) -> DailyWindow? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let start = minute(ends[0]), let end = minute(ends[1]) else { return nil }
        return DailyWindow(startMinute: start, endMinute: end == 1440 ? 0 : end)
    }

    private static func minute(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy(isDigit) }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour * 60 + minute <= 1440
        else { return nil }
        return hour * 60 + minute
    }

    /// `AMOUNT` or `AMOUNT/BATCH`.
    private static func rate(
        _ node: SettingsNode, of usageClass: UsageClass, name: String
    ) throws(ConfigError) -> Rate {
        let text = try node.text(name: name)
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let example = "write AMOUNT or AMOUNT/BATCH, e.g. 0.15 or 10/1000"
        let amount: Money
        do throws(Money.ParseFailure) {
            amount = try Money(parsing: parts[0])
        } catch {
            throw node.place.error("\(name) \(quoted(text)) \(error)", mend: example)
        }
        if amount < .zero {
            throw node.place.error("\(name) \(quoted(text)) is negative", mend: "write a price of 0 or more")
        }
        if amount > Rate.maximumAmount {
            throw node.place.error(
                "\(name) \(quoted(text)) is more than a batch may cost", mend: "write at most \(Rate.maximumAmount)")
        }
        var batch = usageClass.defaultBatch
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy(isDigit), let stated = Int64(parts[1]), stated >= 1, stated <= maximumBatch
            else {
                throw node.place.error(
                    "\(name) \(quoted(text)) has a batch that is not a whole number from 1 to \(maximumBatch)",
                    mend: example)
            }
            batch = stated
        }
        guard let rate = Rate(amount: amount, per: batch) else {
            throw node.place.error("\(name) \(quoted(text)) is not a price", mend: example)
        }
        return rate
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
