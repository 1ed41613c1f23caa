internal import FastJSON
internal import TallyCore

/// One set of prices of a model of genai-prices, with the time it holds.
struct GenAIPeriod {
    private var conditions = Price.Conditions()
    /// What a class costs from a context size on; `nil` is from the beginning.
    private var rates: [Slot: Rate] = [:]
    private var isFree = false

    private struct Slot: Hashable {
        let usageClass: UsageClass
        let above: Int64?
    }

    /// All sets of a model, made so that at any time one alone speaks for every class.
    ///
    /// The table replaces a whole set by another; Tally decides class by class. So a set ends where a later one begins,
    /// and hours that have a set of their own state every class and tier that the rest of the day has.
    static func all(
        _ value: JSONValue?, seller: String, model: String, into collector: inout PriceCollector
    ) -> [GenAIPeriod] {
        guard let value else { return [] }
        if value.kind == .object { return [GenAIPeriod(value, seller: seller, model: model, into: &collector)] }
        var periods: [GenAIPeriod] = []
        for (index, element) in value.elements.enumerated() {
            guard let prices = element["prices"] else { continue }
            var period = GenAIPeriod(prices, seller: seller, model: model, into: &collector)
            if let constraint = element["constraint"], !constraint.isNull, index > 0 {
                guard period.constrain(constraint) else {
                    collector.skip(
                        seller, model, "prices", because: "a set of prices has a condition that is not a date or hours")
                    continue
                }
                if let start = period.conditions.effectiveFrom {
                    for earlier in periods.indices { periods[earlier].end(at: start) }
                } else {
                    period.restate(periods)
                }
            } else {
                // A set without condition hides whatever stands before it.
                periods.removeAll()
            }
            periods.append(period)
        }
        return periods.filter { period in
            let (from, to) = (period.conditions.effectiveFrom, period.conditions.effectiveTo)
            guard let from, let to else { return true }
            return from < to
        }
    }

    private init(_ prices: JSONValue, seller: String, model: String, into collector: inout PriceCollector) {
        isFree = prices.count == 0
        if isFree {
            for usageClass in [UsageClass.input, .output] {
                rates[Slot(usageClass: usageClass, above: nil)] = Rate(amount: .zero, per: usageClass.defaultBatch)
            }
        }
        for (key, value) in prices.members {
            if value.isNull { continue }
            let name = key.string
            guard let unit = Self.unit(name, in: prices) else {
                collector.skip(seller, model, name, because: Self.reasonForSkipping(name))
                continue
            }
            var amounts: [(above: Int64?, value: JSONValue?)] = [(nil, value)]
            if value.kind == .object {
                amounts = [(nil, value["base"])]
                for tier in value["tiers"]?.elements.map({ $0 }) ?? [] {
                    amounts.append((tier["start"]?.int64, tier["price"]))
                }
            }
            for amount in amounts {
                guard let decimal = PublishedAmount.decimal(amount.value),
                    let rate = Rate(decimal, per: unit.per, wantedPer: unit.per)
                else {
                    collector.skip(seller, model, name, because: "the amount is not a price of 0 or more")
                    continue
                }
                for usageClass in unit.classes {
                    let slot = Slot(usageClass: usageClass, above: amount.above)
                    // A price for one lifetime of a cache comes before one for all of them.
                    if unit.isGeneral, rates[slot] != nil { continue }
                    rates[slot] = rate
                }
            }
        }
    }

    private mutating func constrain(_ constraint: JSONValue) -> Bool {
        if let date = constraint["start_date"]?.string, case .date(let day)? = TimeText(date) {
            conditions.effectiveFrom = Instant(year: day.year, month: day.month, day: day.day)
            return conditions.effectiveFrom != nil
        }
        guard let start = Self.minute(constraint["start_time"]), let end = Self.minute(constraint["end_time"]) else {
            return false
        }
        conditions.window = DailyWindow(startMinute: start, endMinute: end)
        return conditions.window != nil
    }

    private mutating func end(at time: Instant) {
        if conditions.effectiveTo.map({ $0 > time }) ?? true { conditions.effectiveTo = time }
    }

    /// States every class and tier of other sets that this one leaves to the class they are part of.
    private mutating func restate(_ others: [GenAIPeriod]) {
        for other in others {
            for slot in other.rates.keys where rates[slot] == nil {
                if let rate = rate(of: slot) { rates[slot] = rate }
            }
        }
    }

    /// What a class costs above a context size: its own price there or below, else that of the class it is part of.
    private func rate(of slot: Slot) -> Rate? {
        var usageClass: UsageClass? = slot.usageClass
        while let candidate = usageClass {
            let held = rates.keys.filter { $0.usageClass == candidate && ($0.above ?? -1) <= (slot.above ?? -1) }
            if let best = held.max(by: { ($0.above ?? -1) < ($1.above ?? -1) }) { return rates[best] }
            usageClass = candidate.parent
        }
        return nil
    }

    /// Adds the prices to those of a model.
    func add(to collector: inout PriceCollector, seller: PriceCollector.Seller, model: String, detail: String) {
        let slots = rates.sorted { left, right in
            (left.key.above ?? -1, left.key.usageClass.place) < (
                right.key.above ?? -1, right.key.usageClass.place
            )
        }
        for (slot, rate) in slots {
            var conditions = conditions
            conditions.inputTokensAbove = slot.above
            collector.add(
                rate, of: slot.usageClass, seller: seller, model: model, conditions: conditions, isFree: isFree,
                detail: detail)
        }
    }
}

extension GenAIPeriod {
    private struct Unit {
        let classes: [UsageClass]
        let per: Int64
        var isGeneral = false
    }

    /// What a key of the table counts, by its list of units (`prices/units.yml`).
    private static func unit(_ key: String, in prices: JSONValue) -> Unit? {
        let million: Int64 = 1_000_000
        return switch key {
        case "input_mtok": Unit(classes: [.input], per: million)
        case "input_text_mtok" where prices["input_mtok"] == nil: Unit(classes: [.input], per: million)
        case "output_mtok": Unit(classes: [.output], per: million)
        case "output_text_mtok" where prices["output_mtok"] == nil: Unit(classes: [.output], per: million)
        case "output_reasoning_mtok": Unit(classes: [.reasoning], per: million)
        case "cache_read_mtok": Unit(classes: [.cacheRead], per: million)
        case "cache_audio_read_mtok": Unit(classes: [.cacheReadAudio], per: million)
        case "cache_image_read_mtok": Unit(classes: [.cacheReadImage], per: million)
        case "cache_write_mtok":
            // Every cache write without a narrower price, however long it lives.
            Unit(classes: [.cacheWrite5m, .cacheWrite30m], per: million, isGeneral: true)
        case "cache_write_5m_mtok": Unit(classes: [.cacheWrite5m], per: million)
        case "cache_write_1h_mtok": Unit(classes: [.cacheWrite1h], per: million)
        case "input_audio_mtok": Unit(classes: [.inputAudio], per: million)
        case "output_audio_mtok": Unit(classes: [.outputAudio], per: million)
        case "input_image_mtok": Unit(classes: [.inputImage], per: million)
        case "output_image_mtok": Unit(classes: [.outputImage], per: million)
        case "input_video_mtok": Unit(classes: [.inputVideo], per: million)
        case "output_video_mtok": Unit(classes: [.outputVideo], per: million)
        case "web_searches_kcount": Unit(classes: [.webSearches], per: 1000)
        case "rerank_searches_kcount": Unit(classes: [.searchUnits], per: 1000)
        case "requests_kcount": Unit(classes: [.requests], per: 1000)
        case "input_mchars": Unit(classes: [.characters], per: million)
        case "audio_hours", "input_audio_hours", "output_audio_hours": Unit(classes: [.audioSeconds], per: 3600)
        default: nil
        }
    }

    private static func reasonForSkipping(_ key: String) -> String {
        if key.hasPrefix("cache_"), key.hasSuffix("_read_mtok") {
            return "cached tokens of this modality have no class; they are charged as cache_read"
        }
        if key.hasPrefix("cache_") {
            return "cache writes of one modality have no class; they are charged as cache writes"
        }
        return "no class of Tally counts it; it is not charged"
    }

    /// The minute of `16:30:00Z`; seconds are not kept.
    private static func minute(_ value: JSONValue?) -> Int? {
        guard let text = value?.string else { return nil }
        let parts = text.prefix { $0 != "Z" && $0 != "+" }.split(separator: ":")
        guard parts.count >= 2, let hour = Int(parts[0]), let minute = Int(parts[1]) else { return nil }
        return (hour * 60 + minute) % 1440
    }
}
