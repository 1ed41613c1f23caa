/// Something in a price table that its author hardly meant.
public struct PriceProblem: Sendable, Equatable {
    /// What is wrong.
    public let kind: Kind
    /// Whose price it is.
    public let biller: String
    /// Who serves; `nil` is any provider.
    public let provider: String?
    /// The model.
    public let model: String
    /// What is wrong in words, with the mend.
    public let detail: String

    /// The kinds of problems.
    public enum Kind: String, Sendable, CaseIterable {
        /// Between two prices there is a time without one, or above a context size or within hours alone.
        case gap
        /// Two prices say different things of the same time.
        case overlap
        /// A price is in the table twice.
        case duplicate
        /// A class has a price, and the class it is part of has none.
        case parentNotPriced = "parent_not_priced"
        /// A name means a model without prices or two models, or is hidden by a model of that name.
        case alias
        /// The table is too large to charge with.
        case tooLarge = "too_large"
    }

    /// Everything wrong with a table, by model, in the order of the table.
    public static func all(in table: PriceTable) -> [PriceProblem] {
        var order: [PriceKey] = []
        var pricesByKey: [PriceKey: [Price]] = [:]
        for price in table.prices {
            let key = PriceKey(price)
            if pricesByKey[key] == nil { order.append(key) }
            pricesByKey[key, default: []].append(price)
        }
        var problems = order.flatMap { inTime(pricesByKey[$0] ?? []) }
        problems += inConditions(order)
        problems += inParents(order)
        problems += inAliases(table)
        do throws(PriceBookError) {
            _ = try table.makeBook()
        } catch {
            problems.append(
                PriceProblem(kind: .tooLarge, biller: "", provider: nil, model: "", detail: error.description))
        }
        return problems
    }

    private init(kind: Kind, biller: String, provider: String?, model: String, detail: String) {
        self.kind = kind
        self.biller = biller
        self.provider = provider
        self.model = model
        self.detail = detail
    }

    private init(_ kind: Kind, _ price: Price, _ detail: String) {
        self.init(
            kind: kind, biller: price.biller, provider: price.provider, model: price.model.text, detail: detail)
    }

    private init(_ kind: Kind, _ key: PriceKey, _ detail: String) {
        self.init(kind: kind, biller: key.biller, provider: key.provider, model: key.model, detail: detail)
    }

    /// What is wrong among prices that differ in their dates and amounts only.
    private static func inTime(_ prices: [Price]) -> [PriceProblem] {
        let sorted = prices.enumerated().sorted { left, right in
            (start(left.element), left.offset) < (start(right.element), right.offset)
        }.map(\.element)
        var problems: [PriceProblem] = []
        // The latest end so far, `nil` when a price without an end has begun.
        var reached: Instant? = sorted.first?.conditions.effectiveTo
        for (earlier, later) in zip(sorted, sorted.dropFirst()) {
            let name = later.usageClass.name
            let (from, to) = (later.conditions.effectiveFrom, later.conditions.effectiveTo)
            if start(earlier) == start(later) {
                let isSame = earlier.rate.isSame(as: later.rate) && earlier.conditions == later.conditions
                problems.append(
                    isSame
                        ? PriceProblem(.duplicate, later, "\(name) is priced twice alike; remove one")
                        : PriceProblem(
                            .overlap, later,
                            "\(name) has two prices from \(text(from)) on, of which the later in the table counts; "
                                + "keep one"))
            } else if let end = reached, let from, from > end {
                problems.append(
                    PriceProblem(
                        .gap, later,
                        "\(name) has no price from \(end) to \(from); let the earlier one hold longer, or the later "
                            + "one sooner"))
            } else if let end = earlier.conditions.effectiveTo, let from, from < end, to.map({ $0 > end }) ?? true {
                problems.append(
                    PriceProblem(
                        .overlap, later,
                        "\(name) has two prices from \(from) to \(end); end the earlier one at \(from)"))
            }
            if let end = reached { reached = to.map { max($0, end) } }
        }
        return problems
    }

    private static func start(_ price: Price) -> Int64 { price.conditions.effectiveFrom?.microseconds ?? Int64.min }

    private static func text(_ time: Instant?) -> String { time?.description ?? "the beginning" }

    /// Prices for a context size or hours, where the class has no price otherwise, its own or one it inherits.
    private static func inConditions(_ keys: [PriceKey]) -> [PriceProblem] {
        let plain = Set(keys.filter { $0.conditions == Price.Conditions() }.map(Place.init))
        return keys.compactMap { key in
            let conditions = key.conditions
            guard conditions != Price.Conditions() else { return nil }
            var usageClass: UsageClass? = key.usageClass
            while let candidate = usageClass {
                if plain.contains(Place(key, candidate)) { return nil }
                usageClass = candidate.parent
            }
            let condition =
                conditions.serviceTier.map { "service tier \($0)" } ?? conditions.window.map { "the hours \($0.text)" }
                ?? conditions.inputTokensAbove.map { "more than \($0) input tokens" } ?? "some calls"
            return PriceProblem(
                .gap, key,
                "\(key.usageClass.name) has a price for \(condition) only; add the price that holds otherwise")
        }
    }

    /// Classes with a price that are part of a class without one.
    private static func inParents(_ keys: [PriceKey]) -> [PriceProblem] {
        let priced = Set(keys.map(Place.init))
        var reported: Set<Place> = []
        return keys.compactMap { key in
            // Audio may be all a model takes and caches; any other cache is always one of something.
            guard let parent = key.usageClass.parent, key.usageClass.isWayOfHandling else { return nil }
            var root = parent
            while let next = root.parent { root = next }
            let place = Place(key, root)
            if priced.contains(place) || !reported.insert(place).inserted { return nil }
            return PriceProblem(
                .parentNotPriced, key,
                "\(key.usageClass.name) has a price and \(root.name), which it is part of, has none; "
                    + "add the price of \(root.name)")
        }
    }

    private static func inAliases(_ table: PriceTable) -> [PriceProblem] {
        let models = Set(
            table.prices.map {
                ModelKey(
                    seller: SellerKey(biller: $0.biller, provider: $0.provider), model: $0.model.text.lowercased())
            })
        let meanings = Dictionary(table.modelAliases.entries.map { ($0.nameAlone, $0.model) }) { first, _ in first }
        let contradictions = table.modelAliases.contradicting.map { alias in
            PriceProblem(
                kind: .alias, biller: alias.biller, provider: alias.provider, model: alias.model,
                detail: "the name '\(alias.name)' is for the model '\(meanings[alias.nameAlone] ?? "")', too, which "
                    + "comes first and counts; keep one of the two")
        }
        return contradictions
            + table.modelAliases.entries.compactMap { alias in
                let seller = SellerKey(biller: alias.biller, provider: alias.provider)
                let detail: String
                if !models.contains(ModelKey(seller: seller, model: alias.model.lowercased())) {
                    detail = "the name '\(alias.name)' is for a model without prices; add its prices or remove the name"
                } else if models.contains(ModelKey(seller: seller, model: alias.name.lowercased())) {
                    detail = "the name '\(alias.name)' is a model with prices of its own, which count; remove the name"
                } else {
                    return nil
                }
                return PriceProblem(
                    kind: .alias, biller: alias.biller, provider: alias.provider, model: alias.model, detail: detail)
            }
    }

    /// A class of a model, whatever the conditions.
    private struct Place: Hashable {
        let seller: SellerKey
        let model: String
        let usageClass: UsageClass

        init(_ key: PriceKey) { self.init(key, key.usageClass) }

        init(_ key: PriceKey, _ usageClass: UsageClass) {
            seller = SellerKey(biller: key.biller, provider: key.provider)
            model = key.model
            self.usageClass = usageClass
        }
    }
}

extension UsageClass {
    /// Whether the class is a way in which tokens of input or output were handled, rather than another modality.
    fileprivate var isWayOfHandling: Bool {
        switch self {
        case .cacheRead, .cacheWrite5m, .cacheWrite30m, .cacheWrite1h, .cacheWrite12h, .reasoning: true
        default: false
        }
    }
}
