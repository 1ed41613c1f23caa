internal import TallyCore
internal import TallyPlans

extension PlanFile {
    static let planKeys = [
        "plan", "title", "biller", "direct", "requires_account", "covers", "fee", "credits", "serverless", "overage",
        "discounts", "commitment", "effective_from", "effective_to", "source",
    ]

    /// The largest fee and the most credits, for a seat or in all: a million of the currency.
    static let maximumAmount = Money(picodollars: 1_000_000_000_000_000_000)

    static func plan(
        of node: SettingsNode, name: String, aliases: ProviderAliases
    ) throws(ConfigError) -> Plan {
        let entry = try SettingsMapping(node, name: name, known: planKeys)
        let plan = try planName(entry)
        let biller = try biller(entry, aliases: aliases)
        let provenance = Provenance(source: try entry.requiredText("source", mend: "write where the plan is published"))
        let from = try entry.day("effective_from")
        let to = try entry.day("effective_to")
        if let from, let to, to <= from {
            throw (entry.node("effective_to")?.place ?? entry.place).error(
                "\(entry.prefix)effective_to is not after effective_from",
                mend: "write the first day on which the plan no longer holds")
        }
        return Plan(
            name: plan, title: try entry.text("title") ?? plan, biller: biller,
            requiresAccount: try entry.boolean("requires_account") ?? false, fee: try fee(entry, provenance),
            credits: try credits(entry, provenance), covers: try coverage(entry),
            serverless: try serverless(entry, provenance), overage: try overage(entry, provenance),
            discount: try discount(entry),
            commitment: try entry.amount("commitment", upTo: BillingLimits.maximumSpend) ?? .zero,
            effectiveFrom: from, effectiveTo: to)
    }

    private static func planName(_ entry: SettingsMapping) throws(ConfigError) -> String {
        let text = try entry.requiredText("plan", mend: "give the plan a name, such as 'plan: hf-pro'")
        if !text.utf8.allSatisfy(isNameByte) {
            throw (entry.node("plan")?.place ?? entry.place).error(
                "\(entry.prefix)plan \(quoted(text)) cannot name a plan", mend: "use letters, digits, '-', '_' and '.'")
        }
        return text
    }

    private static func biller(_ entry: SettingsMapping, aliases: ProviderAliases) throws(ConfigError) -> String? {
        let biller = try entry.text("biller")
        let isDirect = try entry.boolean("direct") ?? false
        if isDirect, biller != nil {
            throw (entry.node("biller")?.place ?? entry.place).error(
                "\(entry.prefix)biller stands beside direct: true", mend: "keep one of the two")
        }
        if !isDirect, biller == nil {
            throw entry.place.error(
                "\(entry.prefix)biller is missing", mend: "write who sends the bill, such as 'biller: huggingface'")
        }
        return biller.map(aliases.canonical)
    }

    private static func fee(_ entry: SettingsMapping, _ plan: Provenance) throws(ConfigError) -> PlanFee {
        let keys = ["amount", "per_seat", "prorated", "source", "subject_to_change"]
        let fee = try entry.mapping("fee", known: keys)
        let amount = try fee.amount("amount", upTo: maximumAmount)
        try fee.requireAmount(amount)
        return PlanFee(
            amount: amount ?? .zero, isPerSeat: try fee.boolean("per_seat") ?? false,
            isProrated: try fee.boolean("prorated") ?? true, provenance: try fee.provenance(else: plan))
    }

    private static func credits(_ entry: SettingsMapping, _ plan: Provenance) throws(ConfigError) -> IncludedCredits {
        let credits = try entry.mapping("credits", known: ["amount", "per_seat", "source", "subject_to_change"])
        let amount = try credits.amount("amount", upTo: maximumAmount)
        try credits.requireAmount(amount)
        return IncludedCredits(
            amount: amount ?? .zero, isPerSeat: try credits.boolean("per_seat") ?? false,
            provenance: try credits.provenance(else: plan))
    }

    private static func coverage(_ entry: SettingsMapping) throws(ConfigError) -> PlanCoverage {
        let known = Route.allCases.map(\.rawValue) + [PlanCoverage.otherCompute]
        var routes: Set<Route> = []
        var includesOtherCompute = false
        for (text, place) in try entry.texts("covers", of: "routes") {
            if let route = Route(rawValue: text) {
                routes.insert(route)
            } else if text == PlanCoverage.otherCompute {
                includesOtherCompute = true
            } else {
                throw place.error(
                    "\(entry.prefix)covers: \(quoted(text)) is neither a route nor compute",
                    mend: NearestName.mend(for: text, among: known))
            }
        }
        if routes.isEmpty {
            throw entry.place.error(
                "\(entry.prefix)covers names no route", mend: "write the routes it bills, such as 'covers: [routed]'")
        }
        return PlanCoverage(routes: routes, includesOtherCompute: includesOtherCompute)
    }

    private static func serverless(
        _ entry: SettingsMapping, _ plan: Provenance
    ) throws(ConfigError) -> [ServerlessTerms] {
        var readings: [ServerlessTerms] = []
        for (name, node) in try entry.list("serverless", of: "readings with a mode") {
            let keys = ["mode", "requests_per_day", "source", "subject_to_change"]
            let reading = try SettingsMapping(node, name: name, known: keys)
            let mode: ServerlessMode = try reading.choice("mode")
            if readings.contains(where: { $0.mode == mode }) {
                throw node.place.error("\(name).mode '\(mode.rawValue)' occurs twice", mend: "keep one of the two")
            }
            let range = try allowance(reading)
            if range != nil, mode != .allowance {
                throw (reading.node("requests_per_day")?.place ?? reading.place).error(
                    "\(name).requests_per_day stands beside mode: \(mode.rawValue)",
                    mend: "write mode: allowance, or remove it")
            }
            readings.append(
                ServerlessTerms(mode: mode, allowance: range, provenance: try reading.provenance(else: plan)))
        }
        return readings
    }

    private static func allowance(_ reading: SettingsMapping) throws(ConfigError) -> AllowanceRange? {
        guard reading.node("requests_per_day") != nil else { return nil }
        let ends = try reading.mapping("requests_per_day", known: ["low", "high"])
        let limits = 0...AllowanceRange.maximum
        let low = try ends.integer("low", in: limits)
        let high = try ends.integer("high", in: limits)
        guard let low, let high, let range = AllowanceRange(low: low, high: high) else {
            throw ends.place.error(
                "\(reading.prefix)requests_per_day has not both ends, the low one first",
                mend: "write { low: 300, high: 1000 }, twice the same number where there is one")
        }
        return range
    }

    private static func overage(_ entry: SettingsMapping, _ plan: Provenance) throws(ConfigError) -> OverageRule {
        let overage = try entry.mapping("overage", known: ["rule", "top_up", "source", "subject_to_change"])
        guard let rule = try overage.text("rule") else {
            if overage.entries.isEmpty { return .payAsYouGo(plan) }
            throw overage.place.error("\(overage.prefix)rule is missing", mend: "write pay_as_you_go or prepaid")
        }
        let provenance = try overage.provenance(else: plan)
        let topUp = try topUp(overage, provenance)
        switch rule {
        case "prepaid": return .prepaid(topUp, provenance)
        case "pay_as_you_go" where topUp == nil: return .payAsYouGo(provenance)
        case "pay_as_you_go":
            throw overage.place.error(
                "\(overage.prefix)top_up stands beside rule: pay_as_you_go",
                mend: "write rule: prepaid, or remove it")
        default:
            throw overage.place.error(
                "\(overage.prefix)rule \(quoted(rule)) is not known",
                mend: NearestName.mend(for: rule, among: ["pay_as_you_go", "prepaid"]))
        }
    }

    private static func topUp(_ overage: SettingsMapping, _ plan: Provenance) throws(ConfigError) -> TopUp? {
        guard overage.node("top_up") != nil else { return nil }
        let topUp = try overage.mapping("top_up", known: ["percent", "minimum", "source", "subject_to_change"])
        return TopUp(
            fee: try topUp.percentage("percent"),
            minimum: try topUp.amount("minimum", upTo: maximumAmount) ?? .zero,
            provenance: try topUp.provenance(else: plan))
    }

    private static func discount(_ entry: SettingsMapping) throws(ConfigError) -> VolumeDiscount {
        var bands: [VolumeDiscount.Band] = []
        for (name, node) in try entry.list("discounts", of: "bands with above and percent") {
            let band = try SettingsMapping(node, name: name, known: ["above", "percent"])
            bands.append(
                VolumeDiscount.Band(
                    above: try band.amount("above", upTo: BillingLimits.maximumSpend) ?? .zero,
                    share: try band.percentage("percent")))
        }
        guard let discount = VolumeDiscount(bands: bands) else {
            throw (entry.node("discounts")?.place ?? entry.place).error(
                "\(entry.prefix)discounts are not in the order of their thresholds",
                mend: "list them by ascending above, each threshold once")
        }
        return discount
    }
}
