internal import TallyCore

/// Gathers the prices of a table that is being read, and what had to be left out.
struct PriceCollector {
    /// Who bills and who serves.
    struct Seller: Hashable {
        let biller: String
        let provider: String?
    }

    private let source: String
    private(set) var aliases: ProviderAliases
    private var prices: [Price] = []
    private var modelAliases: [ModelAlias] = []
    private var skipped: [PriceImport.SkippedRow] = []

    /// The most parts that are named one by one.
    private static let maximumSkipped = 100_000

    init(source: String, aliases: ProviderAliases) {
        self.source = source
        self.aliases = aliases
    }

    /// Everything gathered.
    var outcome: PriceImport.Outcome {
        var models: Set<ModelAlias> = []
        for price in prices {
            models.insert(
                ModelAlias(biller: price.biller, provider: price.provider, name: "", model: price.model.text))
        }
        return PriceImport.Outcome(
            table: PriceTable(prices: prices, aliases: aliases, modelAliases: ModelAliases(modelAliases)),
            skipped: skipped, modelCount: models.count)
    }

    /// The seller that a table's own id stands for: `huggingface_together` is Together behind Hugging Face.
    func seller(_ id: String) -> Seller {
        let names = aliases.resolve(biller: nil, provider: id)
        let biller = names.biller ?? id
        // A router serves nothing itself.
        let isRouter = names.provider == names.biller && aliases.resolve(biller: biller, provider: nil).provider == nil
        return Seller(biller: biller, provider: isRouter ? nil : names.provider)
    }

    /// Makes a name mean a seller, unless it has a meaning of its own.
    mutating func addSpelling(_ alias: String, for name: String) {
        let canonical = aliases.canonical(name)
        if aliases.canonical(alias) == alias.lowercased(), alias.lowercased() != canonical {
            aliases.add(alias, for: canonical)
        }
    }

    /// One price.
    ///
    /// - Parameters:
    ///   - rate: What a batch costs.
    ///   - usageClass: Of what.
    ///   - seller: Who bills and serves.
    ///   - model: The model, as the seller names it.
    ///   - conditions: When it holds.
    ///   - isFree: Whether the table says that it is free.
    ///   - detail: What to add to the source.
    mutating func add(
        _ rate: Rate, of usageClass: UsageClass, seller: Seller, model: String,
        conditions: Price.Conditions = Price.Conditions(), isFree: Bool = false, detail: String? = nil
    ) {
        if model.isEmpty || model.utf8.contains(UInt8(ascii: "*")) {
            skip(
                seller.provider ?? seller.biller, model, usageClass.name,
                because: "a model's id is not empty and has no *")
            return
        }
        prices.append(
            Price(
                biller: seller.biller, provider: seller.provider, model: .exact(model), usageClass: usageClass,
                rate: rate, conditions: conditions, isFree: isFree,
                source: detail.map { "\(source) \($0)" } ?? source))
    }

    /// Another name of a model.
    mutating func addAlias(_ name: String, of model: String, seller: Seller) {
        modelAliases.append(
            ModelAlias(biller: seller.biller, provider: seller.provider, name: name, model: model))
    }

    /// Notes what was left out.
    mutating func skip(_ seller: String, _ model: String, _ part: String, because reason: String) {
        if skipped.count < Self.maximumSkipped {
            skipped.append(PriceImport.SkippedRow(seller: seller, model: model, part: part, reason: reason))
        }
    }
}
