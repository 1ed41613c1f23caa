/// All known prices, ready to charge with.
///
/// Immutable: a change of prices is another book.
///
/// Prices are looked up by (biller, provider, model), then by (biller, any provider, model), and never with another
/// biller's (invariant I8). Within each, an exact model id comes before a declared alias, and both before the longest
/// declared pattern.
public struct PriceBook: Sendable {
    /// The currency of every amount.
    public static let currency = "USD"

    /// The most cases (date, hours, context, service tier) the prices of one model may tell apart.
    public static let maximumCasesOfModel = PriceAxes.maximumCells

    /// The most cases the prices of all models together may tell apart; at about 100 bytes each.
    public static let maximumCases = 1 << 20

    /// Every price, in order of precedence.
    public let prices: [Price]
    /// The spellings of billers and providers.
    public let aliases: ProviderAliases
    /// The other names of models.
    public let modelAliases: ModelAliases

    private let models: ModelIndex
    private let keys: [ModelKey]
    private var schedules: [PriceSchedule] = []
    private let cardBases: [Int32]

    /// Builds a book.
    ///
    /// - Parameters:
    ///   - prices: All prices; of two that hold alike, the later in the list wins.
    ///   - aliases: The spellings of billers and providers; prices are filed under the one spelling of each.
    ///   - modelAliases: The other names of models.
    /// - Throws: ``PriceBookError`` when the prices tell more cases apart than a book may hold.
    public init(
        prices: [Price], aliases: ProviderAliases = ProviderAliases(), modelAliases: ModelAliases = ModelAliases()
    ) throws(PriceBookError) {
        self.prices = prices
        self.aliases = aliases
        self.modelAliases = ModelAliases(modelAliases.entries, spelt: aliases)
        var rowsByModel: [ModelKey: [Int]] = [:]
        var order: [ModelKey] = []
        for (row, price) in prices.enumerated() {
            let key = ModelKey(
                seller: SellerKey(
                    biller: aliases.canonical(price.biller), provider: price.provider.map(aliases.canonical)),
                model: price.model.text.lowercased())
            if rowsByModel[key] == nil { order.append(key) }
            rowsByModel[key, default: []].append(row)
        }
        // All is counted before any of it is laid out.
        var cases = 0
        for key in order {
            guard let count = PriceAxes((rowsByModel[key] ?? []).map { prices[$0].conditions }).cellCount else {
                throw .tooManyCases(biller: key.seller.biller, provider: key.seller.provider, model: key.model)
            }
            cases += count
            if cases > Self.maximumCases { throw .bookTooLarge }
        }
        var bases: [Int32] = []
        var base: Int32 = 0
        for key in order {
            let rows = rowsByModel[key] ?? []
            let schedule = PriceSchedule(
                rows: rows, prices: prices, axes: PriceAxes(rows.map { prices[$0].conditions }))
            bases.append(base)
            base += Int32(schedule.cards.count)
            schedules.append(schedule)
        }
        cardBases = bases
        keys = order
        models = ModelIndex(order, modelAliases: self.modelAliases, spellings: aliases)
    }

    /// Where a model's prices are in the book; good for this book only.
    public struct Listing: Sendable, Hashable {
        let schedule: Int
    }

    /// The prices of what was called.
    ///
    /// - Parameters:
    ///   - biller: Who sends the bill, in its one spelling.
    ///   - provider: Who served, in its one spelling; `nil` when not known.
    ///   - model: The model that served.
    /// - Returns: Where the prices are; `nil` when the book has none.
    public func listing(biller: String, provider: String?, model: String) -> Listing? {
        models.schedule(biller: biller, provider: provider, model: model).map(Listing.init)
    }

    /// The model a name means at one seller alone, in lower case; `nil` when it means none.
    func model(named name: String, at seller: SellerKey) -> String? {
        guard let schedule = models.schedule(biller: seller.biller, provider: seller.provider, model: name),
            keys[schedule].seller == seller
        else { return nil }
        return keys[schedule].model
    }

    /// What a model name asks of its biller beside the model, `nil` when it asks nothing.
    ///
    /// - Parameters:
    ///   - model: The name.
    ///   - biller: Who bills, in its one spelling.
    /// - Returns: The name without the suffix, and who was asked.
    public func pin(of model: String, biller: String) -> ModelPin? {
        models.pin(of: model, biller: biller)
    }

    /// What a call costs.
    ///
    /// - Parameters:
    ///   - listing: The prices of what was called, from ``listing(biller:provider:model:)``.
    ///   - usage: How many of each class.
    ///   - time: When the call was made.
    ///   - serviceTier: The service tier in its response.
    /// - Returns: The cost and the prices it was made from, or why there is none.
    public func charge(_ listing: Listing, usage: UsageBuckets, at time: Instant, serviceTier: String?) -> Charge {
        // Usage that states no class is unknown, not zero (I6).
        if usage.isEmpty { return .unpriced(.usageUnknown) }
        let schedule = schedules[listing.schedule]
        let cell = schedule.cell(at: time, inputTokens: usage.inputTokens, serviceTier: serviceTier)
        let card = schedule.cards[cell]
        if card.isEmpty {
            return .unpriced(schedule.startsAfter(time) ? .beforeFirstPrice : .noPriceAtTime)
        }
        var cost = Money.zero
        var charged: UInt32 = 0
        var missing: UInt32 = 0
        var rest = usage.statedMask | card.unstatedMask
        while rest != 0 {
            let index = rest.trailingZeroBitCount
            rest &= rest - 1
            guard let usageClass = UsageClass(rawValue: index) else { continue }
            let quantity = card.billedQuantity(of: usageClass, in: usage)
            if quantity == 0 { continue }
            let price = card.priceIndex[index]
            if price < 0 {
                missing |= 1 << UInt32(index)
                continue
            }
            charged |= 1 << UInt32(index)
            cost += prices[Int(price)].rate.cost(of: quantity, storedPerUnit: usageClass.storedPerUnit)
        }
        if charged == 0, missing != 0 { return .unpriced(.classNotPriced) }
        let basis = ChargeBasis(
            card: cardBases[listing.schedule] + Int32(cell), charged: charged, missing: missing)
        return .priced(cost, basis)
    }

    /// What an event costs, looking everything up.
    public func charge(for offering: Offering, usage: UsageBuckets?, at time: Instant) -> Charge {
        guard let usage, !usage.isEmpty else { return .unpriced(.usageUnknown) }
        guard let model = offering.model else { return .unpriced(.modelUnknown) }
        guard let biller = offering.biller,
            let listing = listing(biller: biller, provider: offering.provider, model: model)
        else { return .unpriced(.noPrice) }
        return charge(listing, usage: usage, at: time, serviceTier: offering.serviceTier)
    }

    /// The prices a charge used.
    ///
    /// - Parameter basis: A basis made by this book.
    /// - Returns: The prices, in the order of the classes.
    public func rates(of basis: ChargeBasis) -> [ChargedRate] {
        guard let (schedule, cell) = position(of: basis.card) else { return [] }
        let card = schedules[schedule].cards[cell]
        return UsageClass.allCases.compactMap { usageClass in
            let index = card.priceIndex[usageClass.rawValue]
            if basis.charged & (1 << UInt32(usageClass.rawValue)) == 0 || index < 0 { return nil }
            return ChargedRate(usageClass: usageClass, price: prices[Int(index)])
        }
    }

    /// The arithmetic of a charge, line by line: the costs sum to the charge.
    public func lines(of basis: ChargeBasis, usage: UsageBuckets) -> [ChargeLine] {
        guard let (schedule, cell) = position(of: basis.card) else { return [] }
        let card = schedules[schedule].cards[cell]
        return rates(of: basis).map { rate in
            let quantity = card.billedQuantity(of: rate.usageClass, in: usage)
            return ChargeLine(
                rate: rate, quantity: quantity,
                cost: rate.price.rate.cost(of: quantity, storedPerUnit: rate.usageClass.storedPerUnit))
        }
    }

    /// Goes through the arithmetic of a charge line by line, as ``lines(of:usage:)`` has it, but copies no price.
    ///
    /// - Parameters:
    ///   - basis: The basis of a charge of the listing.
    ///   - listing: Whose prices were charged.
    ///   - usage: The usage that was charged.
    ///   - body: Takes the class, the place of its price in ``prices``, the quantity billed in stored units, and the cost.
    public func forEachLine(
        of basis: ChargeBasis, in listing: Listing, usage: UsageBuckets,
        _ body: (_ usageClass: UsageClass, _ price: Int, _ quantity: Int64, _ cost: Money) -> Void
    ) {
        let card = schedules[listing.schedule].cards[Int(basis.card - cardBases[listing.schedule])]
        var rest = basis.charged
        while rest != 0 {
            let index = rest.trailingZeroBitCount
            rest &= rest - 1
            guard let usageClass = UsageClass(rawValue: index) else { continue }
            let price = Int(card.priceIndex[index])
            let quantity = card.billedQuantity(of: usageClass, in: usage)
            body(
                usageClass, price, quantity,
                prices[price].rate.cost(of: quantity, storedPerUnit: usageClass.storedPerUnit))
        }
    }

    /// The schedule a card belongs to, and its cell: the last one that begins at the card or before it.
    private func position(of card: Int32) -> (schedule: Int, cell: Int)? {
        var low = 0
        var high = cardBases.count
        while low < high {
            let middle = (low + high) / 2
            if cardBases[middle] <= card { low = middle + 1 } else { high = middle }
        }
        if low == 0 { return nil }
        return (low - 1, Int(card - cardBases[low - 1]))
    }
}
