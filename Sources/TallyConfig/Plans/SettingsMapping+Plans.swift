internal import TallyCore
internal import TallyPlans

extension SettingsMapping {
    /// An amount that is not negative, `nil` when the key is missing.
    func amount(_ key: String, upTo maximum: Money) throws(ConfigError) -> Money? {
        guard let node = node(key) else { return nil }
        let text = try node.text(name: prefix + key)
        let amount: Money
        do throws(Money.ParseFailure) {
            amount = try Money(parsing: text)
        } catch {
            throw node.place.error(
                "\(prefix)\(key) \(quoted(text)) \(error)", mend: "write an amount, such as 9 or 0.10")
        }
        if amount < .zero || amount > maximum {
            throw node.place.error(
                "\(prefix)\(key) \(quoted(text)) is out of range", mend: "write an amount from 0 to \(maximum)")
        }
        return amount
    }

    /// An amount that has to be there.
    func requiredAmount(_ key: String, upTo maximum: Money) throws(ConfigError) -> Money {
        guard let amount = try amount(key, upTo: maximum) else {
            throw place.error("\(prefix)\(key) is missing", mend: "write an amount, such as 9 or 0.10")
        }
        return amount
    }

    /// Refuses a mapping that says something about an amount and not which.
    func requireAmount(_ amount: Money?) throws(ConfigError) {
        if amount == nil, !entries.isEmpty {
            throw place.error("\(prefix)amount is missing", mend: "write an amount, such as 9 or 0.10")
        }
    }

    /// A share in percent, which has to be there.
    func percentage(_ key: String) throws(ConfigError) -> Percentage {
        let advice = "write percents from 0 to 100 with at most four decimals, such as 5.5"
        let text = try requiredText(key, mend: advice)
        guard let percentage = Percentage(percents: text) else {
            throw (node(key)?.place ?? place).error("\(prefix)\(key) \(quoted(text)) is not a percentage", mend: advice)
        }
        return percentage
    }

    /// A day in UTC, `nil` when the key is missing.
    func day(_ key: String) throws(ConfigError) -> CivilDate? {
        guard let node = node(key) else { return nil }
        let text = try node.text(name: prefix + key)
        guard case .date(let date)? = TimeText(text) else {
            throw node.place.error("\(prefix)\(key) \(quoted(text)) is not a day", mend: "write e.g. 2026-06-01")
        }
        return date
    }

    /// A time, or the first instant of a day in UTC, which has to be there.
    func time(_ key: String) throws(ConfigError) -> Instant {
        let advice = "write e.g. 2026-06-01 or 2026-06-01T16:00:00Z"
        let text = try requiredText(key, mend: advice)
        switch TimeText(text) {
        case .instant(let instant): return instant
        case .date(let date): return date.midnight
        case .wallClock, .month, nil:
            throw (node(key)?.place ?? place).error(
                "\(prefix)\(key) \(quoted(text)) is neither a day nor a time with an offset", mend: advice)
        }
    }

    /// One of a few words, which has to be there.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String
    ) throws(ConfigError) -> Choice where Choice.RawValue == String {
        let known = Choice.allCases.map(\.rawValue)
        let text = try requiredText(key, mend: "write \(known.joined(separator: " or "))")
        guard let choice = Choice(rawValue: text) else {
            throw (node(key)?.place ?? place).error(
                "\(prefix)\(key) \(quoted(text)) is not known", mend: NearestName.mend(for: text, among: known))
        }
        return choice
    }

    /// Where the numbers of this mapping are from, which it need not say itself.
    func provenance(else other: Provenance) throws(ConfigError) -> Provenance {
        Provenance(
            source: try text("source") ?? other.source,
            isSubjectToChange: try boolean("subject_to_change") ?? other.isSubjectToChange)
    }
}
