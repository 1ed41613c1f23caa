internal import TallyCore
internal import TallyService

/// The arithmetic of a charge for a terminal.
enum ExplanationTable {
    static func text(_ explanation: Explanation) -> String {
        var basis = ""
        if explanation.source.stored.event.usage == nil {
            basis += "usage is unknown\n"
        } else if !explanation.lines.isEmpty {
            basis += arithmetic(explanation) + "\n" + prices(explanation)
        }
        for (usageClass, quantity) in explanation.notPriced {
            basis += "not priced: \(UsageBuckets.text(Int128(quantity), of: usageClass)) \(usageClass.name)\n"
        }
        let parts = [facts(explanation), basis, amounts(explanation) + history(explanation)]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private static func facts(_ explanation: Explanation) -> String {
        let event = explanation.source.stored.event
        let tags = (event.attribution.tags ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let usage = (event.usage?.entries ?? []).map { usageClass, quantity in
            "\(usageClass.name) \(UsageBuckets.text(Int128(quantity), of: usageClass))"
        }
        let facts: [(String, String?)] = [
            ("event", event.identity.description),
            ("merged from", joined(explanation.source.identities.dropFirst().map(\.description))),
            ("id", event.id), ("request id", event.requestID), ("time", event.time.description),
            ("biller", event.offering.biller), ("provider", event.offering.provider), ("model", event.offering.model),
            ("route", event.offering.route?.rawValue), ("account", event.offering.account),
            ("service tier", event.offering.serviceTier),
            ("project", event.attribution.project ?? Attribution.unattributed), ("user", event.attribution.user),
            ("key", event.attribution.key), ("tags", joined(tags)), ("upstream", event.details?.upstream),
            ("model asked", event.details?.requestedModel), ("outcome", event.outcome.rawValue),
            ("error type", event.details?.errorType?.rawValue), ("usage", joined(usage)),
        ]
        return facts.compactMap { name, value in value.map { padded(name) + $0 + "\n" } }.joined()
    }

    private static func arithmetic(_ explanation: Explanation) -> String {
        let header = ["class", "priced as", "quantity", "unit price", "per", "cost \(PriceBook.currency)", "price"]
        var table = TextTable(header, numbers: Set(header[2...5]))
        for line in explanation.lines.map(\.line) {
            let entry = line.entry
            table.append([
                entry.usageClass.name, entry.pricedAs.name,
                UsageBuckets.text(Int128(line.quantity), of: entry.usageClass), entry.rate.amount.description,
                String(entry.rate.per), line.cost.description, entry.priceID,
            ])
        }
        table.appendFooter(["sum", "", "", "", "", explanation.sum?.description ?? "", ""])
        return table.text
    }

    /// Each price once, with what is known of it besides its rate.
    private static func prices(_ explanation: Explanation) -> String {
        var seen: Set<String> = []
        var text = ""
        for line in explanation.lines where seen.insert(line.line.entry.priceID).inserted {
            let entry = line.line.entry
            var facts: [String] = []
            if let history = line.history {
                let conditions = history.price.conditions
                facts.append("for \(history.price.model.text)")
                facts.append("from \(conditions.effectiveFrom?.description ?? "the beginning")")
                if let to = conditions.effectiveTo { facts.append("to \(to)") }
                if let above = conditions.inputTokensAbove { facts.append("above \(above) input tokens") }
                if let window = conditions.window { facts.append("at \(window.text) UTC") }
                if let tier = conditions.serviceTier { facts.append("service tier \(tier)") }
                if history.price.isFree { facts.append("free") }
                facts.append("recorded \(history.recordedAt)")
                if let ended = history.endedAt { facts.append("edited or withdrawn \(ended)") }
            } else {
                facts.append("kept with the charge; never applied to this database")
            }
            text += "\(entry.priceID): \(facts.joined(separator: ", "))\n    source: \(entry.source)\n"
        }
        return text
    }

    private static func amounts(_ explanation: Explanation) -> String {
        let stored = explanation.source.stored
        func amount(_ money: Money?, _ without: String) -> String { money?.description ?? without }
        let unpriced = "unpriced: \(explanation.source.record.unpricedReason ?? "no amount is known")"
        let counts = stored.costSource.map { "\(amount(stored.cost, "")) (\($0)): \(explanation.reason)" }
        return padded("computed") + amount(stored.computedCost, unpriced) + "\n"
            + padded("reported") + amount(stored.event.reportedCost, "not reported") + "\n"
            + padded("billed") + amount(stored.event.billedCost, "not billed") + "\n"
            + padded("credits") + "no plan\n"
            + padded("cost") + (counts ?? "unknown") + "\n"
    }

    private static func history(_ explanation: Explanation) -> String {
        if explanation.source.changes.isEmpty { return "" }
        var text = "\ncomputed anew:\n"
        for change in explanation.source.changes {
            let (old, new) = (change.oldCost?.description ?? "unpriced", change.newCost?.description ?? "unpriced")
            let note = change.note.map { ": \($0)" } ?? ""
            text += "  \(change.time)  run \(change.runID)  \(old) -> \(new)\(note)\n"
        }
        return text
    }

    private static func joined(_ values: some Collection<String>) -> String? {
        values.isEmpty ? nil : values.joined(separator: ", ")
    }

    private static func padded(_ name: String) -> String {
        name + String(repeating: " ", count: max(14 - name.count, 1))
    }
}
