internal import FastJSON
internal import TallyCore

/// The model list of Hugging Face's router: `data` of models, each with `providers`, whose `pricing` is in USD for a
/// million tokens (hub-docs, hub-api.md).
enum RouterModels {
    static func read(_ document: JSONValue, into collector: inout PriceCollector) -> Bool {
        guard let models = document["data"], models.kind == .array else { return false }
        var (place, named) = (0, 0)
        for model in models.elements {
            place += 1
            guard let id = model["id"]?.string else {
                collector.skip("huggingface", "entry \(place)", "id", because: "it is no model: it has no id")
                continue
            }
            named += 1
            let providers = model["providers"]?.elements.map { $0 } ?? []
            if providers.isEmpty {
                collector.skip("huggingface", id, "providers", because: "nobody serves it, so no price is listed")
            }
            for provider in providers {
                guard let name = provider["provider"]?.string else {
                    collector.skip("huggingface", id, "providers", because: "a provider has no name")
                    continue
                }
                add(provider, of: id, name: name, to: &collector)
            }
        }
        return named > 0 || place == 0
    }

    private static func add(_ provider: JSONValue, of model: String, name: String, to collector: inout PriceCollector) {
        let seller = collector.seller("huggingface/" + name)
        let million: Int64 = 1_000_000
        if provider["is_free"]?.bool == true, let free = Rate(amount: .zero, per: million) {
            // A promotion: the list names neither its end nor, always, the price that then returns.
            for usageClass in [UsageClass.input, .output] {
                collector.add(free, of: usageClass, seller: seller, model: model, isFree: true, detail: name)
            }
            return
        }
        guard let pricing = provider["pricing"], pricing.kind == .object, pricing.hasValues else {
            collector.skip(
                "huggingface/" + name, model, "pricing", because: "no price is listed, which is not the same as free")
            return
        }
        for (key, value) in pricing.members {
            let usageClass: UsageClass
            switch key {
            case "input": usageClass = .input
            case "output": usageClass = .output
            default:
                collector.skip(
                    "huggingface/" + name, model, key.string, because: "no class of Tally counts it; it is not charged")
                continue
            }
            guard let amount = PublishedAmount.decimal(value), let rate = Rate(amount, per: million, wantedPer: million)
            else {
                collector.skip(
                    "huggingface/" + name, model, key.string, because: "the amount is not a price of 0 or more")
                continue
            }
            collector.add(rate, of: usageClass, seller: seller, model: model, detail: name)
        }
    }
}
