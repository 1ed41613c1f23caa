package import TallyCore
internal import TallyMetering

/// One call to be priced, with what the price table makes of it.
package struct Quote {
    /// Who was asked.
    package let seller: QuoteSeller
    /// How many of each class, those of other models that served a part of the call among them; `nil` when unknown.
    package private(set) var usage: UsageBuckets?
    /// The cost; `nil` when it is not known.
    package private(set) var cost: Money?
    /// What the biller says the call cost, which the computed cost does not follow.
    package private(set) var reportedCost: Money?
    /// What someone else says it cost, or the host itself estimates.
    package private(set) var estimatedCost: Money?
    /// What the reader should know about the amount, or about its absence.
    package private(set) var warnings: [String] = []
    /// The arithmetic.
    private(set) var lines: [Line] = []

    /// One line of the arithmetic.
    struct Line {
        let usageClass: UsageClass
        /// The place of the price in its book.
        let price: Int
        /// How many, in stored units.
        let quantity: Int64
        let cost: Money
        /// The model that used them, where several served.
        var model: String?
    }

    /// The service tiers that are the plain price by another name (OpenAI, openapi.yaml; Anthropic, `service_tier`).
    private static let plainTiers: Set<String> = ["default", "standard", "auto"]

    /// Prices a call.
    ///
    /// - Parameters:
    ///   - offering: What was called; its spellings are brought to those of the book.
    ///   - usage: How many of each class.
    ///   - time: When.
    ///   - book: The prices.
    package init(_ offering: Offering, usage: UsageBuckets?, at time: Instant, book: PriceBook) {
        self.init(
            QuoteSeller(offering, book: book), serviceTier: offering.serviceTier, usage: usage, at: time, book: book)
    }

    /// Prices a call of a seller.
    ///
    /// - Parameters:
    ///   - seller: Who was asked, of the same book.
    ///   - serviceTier: The tier that served.
    ///   - usage: How many of each class.
    ///   - time: When.
    ///   - book: The prices.
    init(_ seller: QuoteSeller, serviceTier: String?, usage: UsageBuckets?, at time: Instant, book: PriceBook) {
        self.seller = seller
        if let usage, !usage.isEmpty { self.usage = usage }
        cost = price(seller, serviceTier: serviceTier, usage: usage, at: time, book: book)
        if let asked = seller.askedProvider {
            let reason = "the model's name asks for \(asked), which is not to say that it served; name the provider"
            warnings.append("provider_unknown: " + reason)
        }
    }

    /// Takes in what the response said beside the usage of the model that was called.
    mutating func note(_ response: ResponseUsage) {
        reportedCost = response.reportedCost
        estimatedCost = response.estimatedCost
        if !response.warnings.isEmpty { warnings = response.warnings.map(\.rawValue) + warnings }
    }

    /// Adds what another model used that served a part of the call: its own prices make a part of the cost, and without
    /// them the cost is not known.
    mutating func add(
        part seller: QuoteSeller, serviceTier: String?, usage part: UsageBuckets?, at time: Instant, book: PriceBook
    ) {
        let (linesBefore, warningsBefore) = (lines.count, warnings.count)
        let partCost = price(seller, serviceTier: serviceTier, usage: part, at: time, book: book)
        for index in lines.indices {
            // Once several models serve, every line names its own.
            let served = index < linesBefore ? self.seller.model : seller.model
            if lines[index].model == nil { lines[index].model = served }
        }
        for index in warningsBefore..<warnings.count {
            warnings[index] += " (a part served by \(seller.model ?? "a model that is not named"))"
        }
        cost = if let cost, let partCost { cost.adding(partCost) } else { nil }
        guard var sum = usage, let part else {
            if part == nil { usage = nil }
            return
        }
        for (usageClass, quantity) in part.entries {
            sum[usageClass] = min(sum.quantity(usageClass) + quantity, UsageBuckets.maximumQuantity)
        }
        usage = sum
    }

    private mutating func price(
        _ seller: QuoteSeller, serviceTier: String?, usage: UsageBuckets?, at time: Instant, book: PriceBook
    ) -> Money? {
        guard let usage, !usage.isEmpty else { return unpriced(.usageUnknown) }
        if seller.model == nil { return unpriced(.modelUnknown) }
        guard let listing = seller.listing else { return unpriced(.noPrice) }
        switch book.charge(listing, usage: usage, at: time, serviceTier: serviceTier) {
        case .unpriced(.classNotPriced):
            // Reasoning is a part of the output beside it.
            for (usageClass, quantity) in usage.entries where quantity > 0 && usageClass != .reasoning {
                warnings.append("\(UnpricedReason.classNotPriced.rawValue): \(usageClass.name)")
            }
            return nil
        case .unpriced(let reason): return unpriced(reason)
        case .priced(let cost, let basis):
            let first = lines.count
            book.forEachLine(of: basis, in: listing, usage: usage) { usageClass, price, quantity, cost in
                if lines.isEmpty { lines.reserveCapacity(4) }
                lines.append(Line(usageClass: usageClass, price: price, quantity: quantity, cost: cost))
            }
            warn(of: basis, lines: lines[first...], serviceTier: serviceTier, book: book)
            return cost
        }
    }

    private mutating func unpriced(_ reason: UnpricedReason) -> Money? {
        warnings.append(reason.rawValue)
        return nil
    }

    private mutating func warn(
        of basis: ChargeBasis, lines: ArraySlice<Line>, serviceTier: String?, book: PriceBook
    ) {
        if basis.isPartial { warnings += basis.unpricedClasses.map { "class_not_priced: \($0.name)" } }
        var isFree = false
        var isOfTier = false
        for line in lines {
            let priced = book.prices[line.price].usageClass
            if priced != line.usageClass { warnings.append("\(line.usageClass.name) is priced as \(priced.name)") }
            if book.prices[line.price].isFree { isFree = true }
            if let serviceTier, book.prices[line.price].conditions.serviceTier == serviceTier { isOfTier = true }
        }
        if isFree { warnings.append("free") }
        // A tier without a price of its own is charged as every other call, and says so.
        if let serviceTier, !isOfTier, !Self.plainTiers.contains(serviceTier.lowercased()) {
            warnings.append("service_tier_not_priced: \(serviceTier)")
        }
    }

    /// The form of `tally price`.
    package func json(_ book: PriceBook) -> [UInt8] {
        var json = QuoteJSON(book: book)
        var bytes: [UInt8] = []
        json.append(self, to: &bytes)
        return bytes
    }

    /// The arithmetic, for a table.
    package func breakdown(_ book: PriceBook) -> [[String]] {
        lines.map { line in
            let rate = book.prices[line.price].rate
            return [
                line.usageClass.name, UsageBuckets.text(Int128(line.quantity), of: line.usageClass),
                rate.amount.description, String(rate.per), line.cost.description,
            ]
        }
    }
}
