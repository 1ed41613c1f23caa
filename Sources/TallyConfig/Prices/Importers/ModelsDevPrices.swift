internal import FastJSON
internal import TallyCore

/// The list of models.dev, `api.json`: providers with models, each with a `cost` in USD for a million tokens.
enum ModelsDevPrices {
    static func read(_ document: JSONValue, into collector: inout PriceCollector) -> Bool {
        guard document.kind == .object else { return false }
        for (key, provider) in document.members {
            guard let models = provider["models"], models.kind == .object else { return false }
            let id = provider["id"]?.string ?? key.string
            let seller = collector.seller(id)
            for (name, model) in models.members {
                let modelID = model["id"]?.string ?? name.string
                guard let cost = model["cost"], cost.kind == .object, cost.hasValues else {
                    collector.skip(id, modelID, "cost", because: "no price is listed, which is not the same as free")
                    continue
                }
                if seller.biller == "huggingface", seller.provider == nil {
                    // Behind the router a model has a price for each provider.
                    collector.skip(id, modelID, "cost", because: "the list has the price of one unnamed provider")
                    continue
                }
                add(cost, model: modelID, seller: seller, id: id, above: nil, to: &collector)
                addTiers(cost, model: modelID, seller: seller, id: id, to: &collector)
            }
        }
        return true
    }

    private static func addTiers(
        _ cost: JSONValue, model: String, seller: PriceCollector.Seller, id: String, to collector: inout PriceCollector
    ) {
        if let tiers = cost["tiers"], tiers.count > 0 {
            for tier in tiers.elements {
                guard let size = tier["tier"]?["size"]?.int64, tier["tier"]?["type"]?.string ?? "context" == "context"
                else {
                    collector.skip(id, model, "tiers", because: "a tier is not one of the context")
                    continue
                }
                add(tier, model: model, seller: seller, id: id, above: size, to: &collector)
            }
        } else if let over = cost["context_over_200k"], over.kind == .object {
            add(over, model: model, seller: seller, id: id, above: 200_000, to: &collector)
        }
    }

    private static func add(
        _ cost: JSONValue, model: String, seller: PriceCollector.Seller, id: String, above: Int64?,
        to collector: inout PriceCollector
    ) {
        var conditions = Price.Conditions()
        conditions.inputTokensAbove = above
        for (key, value) in cost.members {
            if value.kind == .object || value.kind == .array || value.isNull { continue }
            let classes: [UsageClass]
            switch key {
            case "input": classes = [.input]
            case "output": classes = [.output]
            case "reasoning": classes = [.reasoning]
            case "cache_read": classes = [.cacheRead]
            case "cache_write": classes = [.cacheWrite5m, .cacheWrite30m]
            case "input_audio": classes = [.inputAudio]
            case "output_audio": classes = [.outputAudio]
            default:
                collector.skip(id, model, key.string, because: "no class of Tally counts it; it is not charged")
                continue
            }
            let million: Int64 = 1_000_000
            guard let amount = PublishedAmount.decimal(value), let rate = Rate(amount, per: million, wantedPer: million)
            else {
                collector.skip(id, model, key.string, because: "the amount is not a price of 0 or more")
                continue
            }
            for usageClass in classes {
                collector.add(rate, of: usageClass, seller: seller, model: model, conditions: conditions, detail: id)
            }
        }
    }
}
