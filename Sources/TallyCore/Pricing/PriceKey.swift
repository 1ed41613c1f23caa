/// What makes a price compete with others: whose, for what, and under which conditions but the date.
public struct PriceKey: Sendable, Hashable {
    /// Who bills it.
    public let biller: String
    /// Who serves it; `nil` is "whichever provider this biller used".
    public let provider: String?
    /// The model, in lower case.
    public let model: String
    /// What is counted.
    public let usageClass: UsageClass
    /// The conditions, without the dates.
    public let conditions: Price.Conditions

    /// The key of a price.
    public init(_ price: Price) {
        biller = price.biller
        provider = price.provider
        model = price.model.text.lowercased()
        usageClass = price.usageClass
        var conditions = price.conditions
        conditions.effectiveFrom = nil
        conditions.effectiveTo = nil
        self.conditions = conditions
    }
}

extension Price {
    /// Whether the price holds at a time, going by its dates alone.
    func holds(at time: Instant) -> Bool {
        if let from = conditions.effectiveFrom, time < from { return false }
        if let to = conditions.effectiveTo, time >= to { return false }
        return true
    }
}

extension PriceTable {
    /// The prices that count at a time: of several that hold alike, the youngest, and of those the last.
    public func prices(at time: Instant) -> [Price] {
        var counting: [PriceKey: Int] = [:]
        for (index, price) in prices.enumerated() where price.holds(at: time) {
            let key = PriceKey(price)
            if let held = counting[key], Self.start(prices[held]) > Self.start(price) { continue }
            counting[key] = index
        }
        let indices = Set(counting.values)
        return prices.indices.filter(indices.contains).map { prices[$0] }
    }

    private static func start(_ price: Price) -> Int64 { price.conditions.effectiveFrom?.microseconds ?? Int64.min }
}
