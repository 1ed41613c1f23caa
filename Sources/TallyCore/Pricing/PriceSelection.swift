/// Which prices of a table are meant; what is not said means all.
public struct PriceSelection: Sendable {
    /// Who bills, in any spelling.
    public var biller: String?
    /// Who serves, in any spelling.
    public var provider: String?
    /// The model, by any of its names.
    public var model: String?
    /// The time at which they count.
    public var time: Instant?

    /// All prices.
    public init() {}
}

/// The prices of one model at one biller and provider, with the other names it has there.
public struct PricedModel: Sendable {
    /// Who bills it.
    public let biller: String
    /// Who serves it; `nil` is "whichever provider this biller used".
    public let provider: String?
    /// The model.
    public let model: ModelPattern
    /// Its other names and patterns of names, in order of precedence.
    public let aliases: [String]
    /// Its prices, in order of precedence.
    public let prices: [Price]
}

extension PriceTable {
    /// The prices that are meant, in order of precedence.
    ///
    /// - Throws: ``PriceBookError`` when the table is too large to look a model up in.
    public func prices(_ selection: PriceSelection) throws(PriceBookError) -> [Price] {
        let counting = selection.time.map(prices(at:)) ?? prices
        let (biller, provider) = sellers(selection)
        var models: [SellerKey: String?] = [:]
        let book = selection.model == nil ? nil : try makeBook()
        return counting.filter { price in
            if let biller, price.biller != biller { return false }
            if let provider, price.provider != provider { return false }
            guard let book, let name = selection.model else { return true }
            // What is for every model says nothing of the one that is asked for.
            if price.model == .prefix("") { return name == price.model.text }
            let seller = SellerKey(biller: price.biller, provider: price.provider)
            if models[seller] == nil { models[seller] = .some(book.model(named: name, at: seller)) }
            return models[seller] == .some(price.model.text.lowercased())
        }
    }

    /// The models whose prices are meant, each with its other names, in the order of the table.
    ///
    /// - Throws: ``PriceBookError`` when the table is too large to look a model up in.
    public func models(_ selection: PriceSelection) throws(PriceBookError) -> [PricedModel] {
        var order: [ModelKey] = []
        var pricesByModel: [ModelKey: [Price]] = [:]
        for price in try prices(selection) {
            let key = ModelKey(
                seller: SellerKey(biller: price.biller, provider: price.provider), model: price.model.text.lowercased())
            if pricesByModel[key] == nil { order.append(key) }
            pricesByModel[key, default: []].append(price)
        }
        var names: [ModelKey: [String]] = [:]
        for alias in modelAliases.entries {
            let key = ModelKey(
                seller: SellerKey(biller: alias.biller, provider: alias.provider), model: alias.model.lowercased())
            names[key, default: []].append(alias.name)
        }
        return order.compactMap { key in
            guard let prices = pricesByModel[key], let first = prices.first else { return nil }
            return PricedModel(
                biller: key.seller.biller, provider: key.seller.provider, model: first.model, aliases: names[key] ?? [],
                prices: prices)
        }
    }

    /// Biller and provider in their one spelling; `huggingface/together` names both.
    private func sellers(_ selection: PriceSelection) -> (biller: String?, provider: String?) {
        let names = ProviderAliases.takenApart(biller: selection.biller, provider: selection.provider)
        return (names.biller.map(aliases.canonical), names.provider.map(aliases.canonical))
    }
}
