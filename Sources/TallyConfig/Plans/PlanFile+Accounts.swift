internal import TallyCore
internal import TallyPlans

extension PlanFile {
    static func subscription(
        _ entry: PlanFileEntry, plans: [String], aliases: ProviderAliases
    ) throws(ConfigError) -> Subscription {
        let entry = try entry.mapping(known: ["biller", "account", "plan", "seats", "from", "to"])
        let plan = try entry.requiredText("plan", mend: "write which plan the account has")
        if !plans.contains(plan) {
            throw (entry.node("plan")?.place ?? entry.place).error(
                "\(entry.prefix)plan: there is no plan \(quoted(plan))",
                mend: NearestName.mend(for: plan, among: plans))
        }
        let from = try entry.day("from")
        let to = try entry.day("to")
        if let from, let to, to <= from {
            throw (entry.node("to")?.place ?? entry.place).error(
                "\(entry.prefix)to is not after from", mend: "write the first day after the subscription")
        }
        return Subscription(
            account: try account(entry, aliases), plan: plan,
            seats: Int(try entry.integer("seats", in: 1...Int64(Plan.maximumSeats)) ?? 1), from: from, to: to)
    }

    static func computeLine(_ entry: PlanFileEntry, aliases: ProviderAliases) throws(ConfigError) -> ComputeLine {
        let entry = try entry.mapping(known: ["biller", "account", "time", "product", "amount", "project"])
        return ComputeLine(
            account: try account(entry, aliases), time: try entry.time("time"),
            product: try entry.requiredText("product", mend: "write what it is, such as endpoints, spaces or jobs"),
            amount: try entry.requiredAmount("amount", upTo: BillingLimits.maximumSpend),
            project: try entry.text("project").map(NameText.composed))
    }

    static func purchase(_ entry: PlanFileEntry, aliases: ProviderAliases) throws(ConfigError) -> CreditPurchase {
        let entry = try entry.mapping(known: ["biller", "account", "time", "amount", "price", "expires"])
        let amount = try entry.requiredAmount("amount", upTo: BillingLimits.maximumSpend)
        guard let day = try entry.day("time") else {
            throw entry.place.error("\(entry.prefix)time is missing", mend: "write the first day of the credits")
        }
        let expires = try entry.day("expires")
        if let expires, expires <= day {
            throw (entry.node("expires")?.place ?? entry.place).error(
                "\(entry.prefix)expires is not after time", mend: "write the first day without the credits")
        }
        return CreditPurchase(
            account: try account(entry, aliases), amount: amount,
            price: try entry.amount("price", upTo: BillingLimits.maximumSpend) ?? amount, on: day, expires: expires)
    }

    private static func account(
        _ entry: SettingsMapping, _ aliases: ProviderAliases
    ) throws(ConfigError) -> BillingAccount {
        let biller = try entry.requiredText("biller", mend: "write who sends the bill, such as 'biller: huggingface'")
        return BillingAccount(
            biller: aliases.canonical(biller), account: try entry.text("account").map(NameText.composed))
    }
}
