internal import FastJSON
internal import TallyCore

/// The table of pydantic/genai-prices, version 2 of its format.
///
/// How its prices are read is in its schema (`prices/data.schema.json`) and README: a model has one set of prices or a
/// list of sets tried last to first, of which the first is the fallback; tiers are chosen by the whole input, strictly
/// above their start; an empty set means free.
enum GenAIPrices {
    static func read(_ document: JSONValue, into collector: inout PriceCollector) -> Bool {
        guard document.kind == .array else { return false }
        var providers: [Provider] = []
        for element in document.elements {
            guard let provider = Provider(element, into: &collector) else { return false }
            providers.append(provider)
        }
        for provider in providers { addSpellings(of: provider, to: &collector) }
        for provider in providers {
            let fallbacks = provider.fallbacks.compactMap { id in providers.first { $0.id == id } }
            add(provider, fallbacks: fallbacks, to: &collector)
        }
        return true
    }

    /// A seller of the table.
    struct Provider {
        let id: String
        let spellings: [String]
        let fallbacks: [String]
        let models: [Model]

        init?(_ value: JSONValue, into collector: inout PriceCollector) {
            guard let id = value["id"]?.string, let models = value["models"], models.kind == .array else { return nil }
            self.id = id
            // Only what the table spells out; `and` names the provider behind a router, which its id says too.
            spellings = value["provider_match"].map { NameClause.all(in: $0).clauses.map(\.literal) } ?? []
            fallbacks = value["fallback_model_providers"]?.elements.compactMap(\.string) ?? []
            var read: [Model] = []
            for element in models.elements {
                if let model = Model(element, seller: id, into: &collector) { read.append(model) }
            }
            self.models = read
        }
    }

    /// A model of the table.
    struct Model {
        let id: String
        let names: [NameClause]
        let periods: [GenAIPeriod]

        init?(_ value: JSONValue, seller: String, into collector: inout PriceCollector) {
            guard let id = value["id"]?.string else {
                collector.skip(seller, "", "", because: "the model has no id")
                return nil
            }
            self.id = id
            let match = value["match"].map { NameClause.all(in: $0) }
            names = match?.clauses ?? []
            for clause in match?.unread ?? [] {
                collector.skip(seller, id, "match", because: "\(clause) is not a name or a pattern that Tally has")
            }
            periods = GenAIPeriod.all(value["prices"], seller: seller, model: id, into: &collector)
            if let variants = value["price_variants"], variants.count > 0 {
                collector.skip(seller, id, "price_variants", because: "prices by request parameters are not taken over")
            }
        }
    }

    private static func addSpellings(of provider: Provider, to collector: inout PriceCollector) {
        for spelling in provider.spellings where spelling.lowercased() != provider.id {
            collector.addSpelling(spelling, for: provider.id)
        }
    }

    private static func add(_ provider: Provider, fallbacks: [Provider], to collector: inout PriceCollector) {
        let seller = collector.seller(provider.id)
        var resolver = NameResolver()
        for model in provider.models {
            let id = resolver.claim(model.id, names: model.names) ?? model.id
            for period in model.periods {
                period.add(to: &collector, seller: seller, model: id, detail: provider.id)
            }
        }
        for fallback in fallbacks {
            for model in fallback.models {
                // What the provider itself names is its own, whatever the other one charges.
                guard let id = resolver.claim(model.id, names: model.names, owner: fallback.id) else {
                    continue
                }
                for period in model.periods {
                    period.add(
                        to: &collector, seller: seller, model: id,
                        detail: "\(fallback.id), which \(provider.id) follows")
                }
            }
        }
        for alias in resolver.aliases { collector.addAlias(alias.name, of: alias.model, seller: seller) }
    }
}
