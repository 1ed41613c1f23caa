internal import FastJSON
internal import TallyCore

/// The model list of OpenRouter: `data` of models, whose `pricing` is texts in USD for a single unit, with `overrides`
/// for long prompts and hours (OpenRouter, OpenAPI document).
enum OpenRouterModels {
    static func read(_ document: JSONValue, into collector: inout PriceCollector) -> Bool {
        guard let models = document["data"], models.kind == .array else { return false }
        var (place, named) = (0, 0)
        for model in models.elements {
            place += 1
            guard let id = model["id"]?.string else {
                collector.skip(seller, "entry \(place)", "id", because: "it is no model: it has no id")
                continue
            }
            named += 1
            guard let pricing = model["pricing"], pricing.kind == .object, pricing.hasValues else {
                collector.skip(seller, id, "pricing", because: "no price is listed, which is not the same as free")
                continue
            }
            add(pricing, model: id, conditions: Price.Conditions(), to: &collector)
            for override in pricing["overrides"]?.elements.map({ $0 }) ?? [] {
                guard let conditions = conditions(override) else {
                    collector.skip(
                        seller, id, "overrides",
                        because: "its condition is neither a prompt size nor hours with a beginning and an end")
                    continue
                }
                add(override, model: id, conditions: conditions, to: &collector)
            }
        }
        return named > 0 || place == 0
    }

    private static let seller = "openrouter"

    private static func add(
        _ pricing: JSONValue, model: String, conditions: Price.Conditions, to collector: inout PriceCollector
    ) {
        let openRouter = collector.seller(seller)
        for (key, value) in pricing.members {
            if value.isNull || value.kind == .array { continue }
            if key == "min_prompt_tokens" || key == "utc_start" || key == "utc_end" { continue }
            let name = key.string
            guard let amount = PublishedAmount.decimal(value) else {
                collector.skip(seller, model, name, because: "the amount is not a number")
                continue
            }
            let isMain = key == "prompt" || key == "completion"
            // Beside the two, 0 says that there is no such charge, not that the class costs nothing: reasoning of 0 is
            // charged as completion.
            if amount.unscaled == 0, !isMain { continue }
            guard let usageClass = usageClass(name) else {
                collector.skip(seller, model, name, because: reasonForSkipping(name))
                continue
            }
            guard let rate = Rate(amount, per: 1, wantedPer: usageClass.defaultBatch) else {
                collector.skip(seller, model, name, because: "the amount is not a price; -1 is one that varies")
                continue
            }
            let isFree = amount.unscaled == 0 && model.hasSuffix(":free")
            collector.add(
                rate, of: usageClass, seller: openRouter, model: model, conditions: conditions, isFree: isFree)
        }
    }

    private static func usageClass(_ key: String) -> UsageClass? {
        switch key {
        case "prompt": .input
        case "completion": .output
        case "request": .requests
        case "image_token": .inputImage
        case "image_output": .outputImage
        case "audio": .inputAudio
        case "audio_output": .outputAudio
        case "web_search": .webSearches
        case "internal_reasoning": .reasoning
        case "input_cache_read": .cacheRead
        case "input_audio_cache": .cacheReadAudio
        case "input_cache_write": .cacheWrite5m
        case "input_cache_write_1h": .cacheWrite1h
        default: nil
        }
    }

    private static func reasonForSkipping(_ key: String) -> String {
        switch key {
        case "image": "images sent with a prompt are not counted; they are charged as their tokens"
        case "discount": "the prices are taken as they are listed"
        default: "no class of Tally counts it; it is not charged"
        }
    }

    /// `min_prompt_tokens` is strictly below; `utc_start` and `utc_end` are numbers of hours and minutes, such as 1630.
    private static func conditions(_ override: JSONValue) -> Price.Conditions? {
        var conditions = Price.Conditions()
        // A condition that is stated and not understood would make the price hold where it does not.
        if let size = stated(override["min_prompt_tokens"]) {
            guard let tokens = size.int64 else { return nil }
            conditions.inputTokensAbove = tokens
        }
        let hours = (start: stated(override["utc_start"]), end: stated(override["utc_end"]))
        if hours.start != nil || hours.end != nil {
            guard let start = minute(hours.start), let end = minute(hours.end),
                let window = DailyWindow(startMinute: start, endMinute: end)
            else { return nil }
            conditions.window = window
        }
        return conditions == Price.Conditions() ? nil : conditions
    }

    private static func stated(_ value: JSONValue?) -> JSONValue? {
        value.flatMap { $0.isNull ? nil : $0 }
    }

    private static func minute(_ value: JSONValue?) -> Int? {
        guard let number = value?.int64 ?? value?.string.flatMap({ Int64($0) }), (0...2400).contains(number),
            number % 100 < 60
        else { return nil }
        return Int(number / 100 * 60 + number % 100) % 1440
    }
}
