package import TallyCore
package import TallyPlans

/// The plan file: YAML, of the format its shipped copy `config/plans.yaml` explains at its top.
package enum PlanFile {
    /// The largest plan file read from disk, in bytes.
    package static let maximumBytes = SettingsFile.maximumBytes

    /// The most plans one file may have.
    package static let maximumPlans = 1000

    static let keys = ["currency", "plans", "subscriptions", "compute", "purchases"]

    /// Reads the text of one plan file.
    ///
    /// - Parameters:
    ///   - text: The text, of at most ``maximumBytes`` bytes.
    ///   - name: What errors call the file.
    ///   - table: The plans of the files before it, which its subscriptions may name.
    ///   - aliases: The spellings of billers.
    /// - Returns: The table with what the file adds.
    /// - Throws: ``ConfigError`` for the first thing that is wrong; nothing of the file is used then.
    package static func parse(
        _ text: String, name: String, startingWith table: PlanTable = .empty,
        aliases: ProviderAliases = ProviderAliases()
    ) throws(ConfigError) -> PlanTable {
        try parse(text, origin: .file(name), startingWith: table, aliases: aliases)
    }

    static func parse(
        _ text: String, origin: SettingsOrigin, startingWith table: PlanTable, aliases: ProviderAliases
    ) throws(ConfigError) -> PlanTable {
        if text.utf8.count > maximumBytes {
            throw ConfigError(
                file: origin.name, problem: "the file is larger than \(maximumBytes) bytes",
                mend: "split it into several files")
        }
        let top = try SettingsMapping(try SettingsText.parse(text, origin: origin), name: "", known: keys)
        if let currency = try top.text("currency"), currency != PriceBook.currency {
            throw (top.node("currency")?.place ?? top.place).error(
                "currency \(quoted(currency)) is not \(PriceBook.currency)",
                mend: "convert the amounts and write 'currency: \(PriceBook.currency)'")
        }
        var plans: [Plan] = []
        for (name, node) in try top.list("plans", of: "plans with plan, biller, covers and source") {
            if plans.count >= maximumPlans {
                throw node.place.error("plans has more than \(maximumPlans) plans", mend: "keep those in use")
            }
            let plan = try Self.plan(of: node, name: name, aliases: aliases)
            if plans.contains(where: { $0.name == plan.name && $0.effectiveFrom == plan.effectiveFrom }) {
                throw node.place.error(
                    "\(name).plan \(quoted(plan.name)) is listed twice from the same day on",
                    mend: "remove one, or give the later an effective_from")
            }
            plans.append(plan)
        }
        let known = table.appending(PlanTable(plans: plans)).names
        return table.appending(
            PlanTable(
                plans: plans,
                subscriptions: try entries(top, "subscriptions", of: "subscriptions with biller and plan") {
                    entry throws(ConfigError) in try subscription(entry, plans: known, aliases: aliases)
                },
                otherCompute: try entries(top, "compute", of: "lines with biller, time, product and amount") {
                    entry throws(ConfigError) in try computeLine(entry, aliases: aliases)
                },
                purchases: try entries(top, "purchases", of: "purchases with biller, time and amount") {
                    entry throws(ConfigError) in try purchase(entry, aliases: aliases)
                }))
    }

    /// The entries of a list, each read in the same way.
    private static func entries<Entry>(
        _ top: SettingsMapping, _ key: String, of item: String,
        _ read: (PlanFileEntry) throws(ConfigError) -> Entry
    ) throws(ConfigError) -> [Entry] {
        var entries: [Entry] = []
        for (name, node) in try top.list(key, of: item) {
            entries.append(try read(PlanFileEntry(node: node, name: name)))
        }
        return entries
    }
}

/// An entry of a list with its name from the top of the file.
struct PlanFileEntry {
    let node: SettingsNode
    let name: String

    func mapping(known: [String]) throws(ConfigError) -> SettingsMapping {
        try SettingsMapping(node, name: name, known: known)
    }
}
