internal import FastJSON
internal import TallyCore

/// The price map of BerriAI/litellm: one object, a member for each model, prices in USD for one token, second, pixel,
/// character or query.
///
/// Its keys say the class, then a context size (`_above_200k_tokens`), then a service tier (`_batches`, `_flex`,
/// `_priority`).
enum LiteLLMPrices {
    static func read(_ document: JSONValue, into collector: inout PriceCollector) -> Bool {
        guard document.kind == .object else { return false }
        var entries: [Entry] = []
        for (key, value) in document.members {
            guard value.kind == .object else { return false }
            // The first member describes the form.
            if key == "sample_spec" { continue }
            guard let tag = value["litellm_provider"]?.string else {
                collector.skip("", key.string, "litellm_provider", because: "the entry does not say who sells")
                continue
            }
            if let name = name(ofTag: tag) { collector.addSpelling(tag, for: name) }
            entries.append(Entry(id: key.string, tag: tag, value, into: &collector))
        }
        let ids = Set(entries.map { $0.seller(in: collector).map($0.id) })
        for entry in entries { entry.add(to: &collector, besides: ids) }
        return true
    }

    /// What the rest of the world calls a seller of the map, `nil` when it is called the same.
    private static func name(ofTag tag: String) -> String? {
        switch tag {
        case "fireworks_ai": "fireworks"
        case "fireworks_ai-embedding-models": "fireworks"
        case "together_ai": "together"
        case "bedrock", "bedrock_converse": "aws"
        case "gemini": "google"
        case "fal_ai": "fal"
        case "voyage": "voyageai"
        case "moonshot": "moonshotai"
        case "text-completion-openai": "openai"
        case _ where tag == "vertex_ai" || tag.hasPrefix("vertex_ai-"): "google"
        default: nil
        }
    }
}

extension PriceCollector.Seller {
    /// A model at this seller, to be told from all others.
    fileprivate func map(_ model: String) -> ModelAlias {
        ModelAlias(biller: biller, provider: provider, name: "", model: model.lowercased())
    }
}

/// One model of the map.
private struct Entry {
    let id: String
    let tag: String
    private let mode: String
    private var rates: [Slot: Rate] = [:]

    private struct Slot: Hashable {
        var usageClass = UsageClass.input
        var above: Int64?
        var serviceTier: String?
        var window: DailyWindow?

        /// By condition first, so that what holds alike stands together.
        var order: (String, Int, Int64, Int) {
            (serviceTier ?? "", window?.startMinute ?? -1, above ?? -1, usageClass.place)
        }
    }

    init(id: String, tag: String, _ value: JSONValue, into collector: inout PriceCollector) {
        self.id = id
        self.tag = tag
        mode = value["mode"]?.string ?? "chat"
        for (key, amount) in value.members { read(key.string, amount, of: value, into: &collector) }
        readTiers(value["tiered_pricing"], into: &collector)
        readOffPeak(value["off_peak_pricing"], into: &collector)
        readSearches(value["search_context_cost_per_query"], into: &collector)
        addDefaults()
    }

    func seller(in collector: PriceCollector) -> PriceCollector.Seller { collector.seller(tag) }

    /// Adds the prices, and the name without the seller in front, where that is no other model's.
    func add(to collector: inout PriceCollector, besides ids: Set<ModelAlias>) {
        let seller = collector.seller(tag)
        for (slot, rate) in rates.sorted(by: { $0.key.order < $1.key.order }) {
            var conditions = Price.Conditions()
            conditions.inputTokensAbove = slot.above
            conditions.serviceTier = slot.serviceTier
            conditions.window = slot.window
            collector.add(rate, of: slot.usageClass, seller: seller, model: id, conditions: conditions)
        }
        guard let slash = id.firstIndex(of: "/"), !rates.isEmpty else { return }
        let beginning = id[..<slash]
        let name = String(id[id.index(after: slash)...])
        let isSeller = tag == beginning || tag.hasPrefix(beginning + "-") || tag.hasPrefix(beginning + "_")
        if isSeller, !name.isEmpty, !ids.contains(seller.map(name)) { collector.addAlias(name, of: id, seller: seller) }
    }

    private mutating func read(
        _ key: String, _ amount: JSONValue, of value: JSONValue, into collector: inout PriceCollector
    ) {
        guard key.contains("cost"), amount.kind == .number || amount.kind == .string else { return }
        let parts = LiteLLMKey(key)
        guard let unit = parts.unit(mode: mode, isPriced: { value[$0].map { !$0.isNull } ?? false }) else {
            collector.skip(tag, id, key, because: parts.reasonForSkipping(mode: mode))
            return
        }
        if tag == "perplexity", parts.above != nil || unit.classes == [.cacheRead] {
            collector.skip(
                tag, id, key,
                because: "LiteLLM charges all input of Perplexity at the one price of input, and so do these")
            return
        }
        let conditions = Slot(above: parts.above, serviceTier: parts.serviceTier)
        set(unit, PublishedAmount.decimal(amount), under: conditions, key, &collector)
    }

    private mutating func set(
        _ unit: LiteLLMKey.Unit, _ amount: DecimalText?, under conditions: Slot, _ key: String,
        _ collector: inout PriceCollector
    ) {
        for usageClass in unit.classes {
            let batch = usageClass.defaultBatch
            guard let amount = amount?.shifted(by: unit.shift), let rate = Rate(amount, per: 1, wantedPer: batch) else {
                collector.skip(tag, id, key, because: "the amount is not a price of 0 or more")
                return
            }
            var slot = conditions
            slot.usageClass = usageClass
            rates[slot] = rate
        }
    }

    /// `tiered_pricing`: prices by a range of the context, of which the lower end is not a part.
    private mutating func readTiers(_ tiers: JSONValue?, into collector: inout PriceCollector) {
        for tier in tiers?.elements.map({ $0 }) ?? [] {
            guard let start = tier["range"]?.elements.map({ $0 }).first?.int64 else {
                collector.skip(tag, id, "tiered_pricing", because: "a tier has no range of input tokens")
                continue
            }
            for (key, amount) in tier.members where key.string.contains("cost") {
                let name = key.string
                guard let unit = LiteLLMKey(name).unit(mode: mode, isPriced: { _ in false }) else { continue }
                let conditions = Slot(above: start > 0 ? start : nil)
                set(unit, PublishedAmount.decimal(amount), under: conditions, name, &collector)
            }
        }
    }

    /// `off_peak_pricing`: prices by hours, and by weekday, which a price of Tally does not know; so the hours that hold
    /// on every day are taken over and the others reported.
    private mutating func readOffPeak(_ offPeak: JSONValue?, into collector: inout PriceCollector) {
        guard let offPeak, offPeak.kind == .object else { return }
        let hours = OffPeakHours(offPeak)
        if !hours.isEveryDay {
            collector.skip(
                tag, id, "off_peak_pricing",
                because: "hours that are cheaper on some days of the week only are charged at the full price")
        }
        for window in hours.windows {
            for (key, amount) in offPeak.members where key.string.contains("cost") {
                let name = key.string
                guard let unit = LiteLLMKey(name).unit(mode: mode, isPriced: { _ in false }) else { continue }
                set(unit, PublishedAmount.decimal(amount), under: Slot(window: window), name, &collector)
            }
        }
    }

    /// The price of a web search, where it is the same for every size of search context.
    private mutating func readSearches(_ sizes: JSONValue?, into collector: inout PriceCollector) {
        guard let sizes, sizes.kind == .object else { return }
        let amounts = sizes.members.map { PublishedAmount.decimal($0.value) }
        guard let first = amounts.first, amounts.allSatisfy({ $0 == first }) else {
            collector.skip(
                tag, id, "search_context_cost_per_query", because: "the price depends on the size of the search context"
            )
            return
        }
        let unit = LiteLLMKey.Unit(classes: [.webSearches])
        set(unit, first, under: Slot(), "search_context_cost_per_query", &collector)
    }

    /// What the map leaves to LiteLLM: Fireworks reads its cache at half the price of input unless it says otherwise
    /// (Fireworks, prompt caching; LiteLLM charges it so).
    private mutating func addDefaults() {
        let input = Slot(usageClass: .input)
        let cacheRead = Slot(usageClass: .cacheRead)
        guard tag == "fireworks_ai", mode != "embedding", mode != "rerank", rates[cacheRead] == nil,
            let rate = rates[input]
        else { return }
        rates[cacheRead] = Rate(amount: rate.amount, per: rate.per * 2).flatMap(\.halved)
    }
}

extension Rate {
    /// The same price of a batch half as large, where both are whole.
    fileprivate var halved: Rate? {
        amount.picodollars % 2 == 0
            ? Rate(amount: Money(picodollars: amount.picodollars / 2), per: per / 2) : self
    }
}
