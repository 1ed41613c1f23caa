/// What a charge was made from, as it is kept: the prices and rates used, class by class, or why there is no charge.
///
/// Unlike a ``ChargeBasis`` it needs no book: a charge can be explained when its prices are in no file any more (I5).
public struct ChargeRecord: Sendable, Equatable {
    /// The price one class was charged with.
    public struct Entry: Sendable, Equatable {
        /// The class that was used.
        public let usageClass: UsageClass
        /// The class the price is of: another one where the price is that of the class this one is part of.
        public let pricedAs: UsageClass
        /// The price.
        public let priceID: String
        /// Its rate.
        public let rate: Rate
        /// Where the price is from.
        public let source: String

        /// An entry from its parts.
        public init(usageClass: UsageClass, pricedAs: UsageClass, priceID: String, rate: Rate, source: String) {
            self.usageClass = usageClass
            self.pricedAs = pricedAs
            self.priceID = priceID
            self.rate = rate
            self.source = source
        }

        /// Whether the price is that of the class this one is part of.
        public var isInherited: Bool { usageClass != pricedAs }
    }

    /// One line of the arithmetic.
    public struct Line: Sendable, Equatable {
        /// The class and its price.
        public let entry: Entry
        /// How many, in stored units.
        public let quantity: Int64
        /// What they cost.
        public let cost: Money
    }

    /// The prices used, in the order of the classes.
    public let entries: [Entry]
    /// The classes that were used and have no price.
    public let unpricedClasses: [UsageClass]
    /// Why there is no charge, `nil` when there is one.
    public let unpricedReason: String?

    /// A record from its parts.
    public init(entries: [Entry], unpricedClasses: [UsageClass], unpricedReason: String?) {
        self.entries = entries
        self.unpricedClasses = unpricedClasses
        self.unpricedReason = unpricedReason
    }

    /// The record of a charge.
    ///
    /// - Parameters:
    ///   - charge: The charge.
    ///   - book: The book that made it.
    public init(_ charge: Charge, book: PriceBook) {
        switch charge {
        case .unpriced(let reason):
            self.init(entries: [], unpricedClasses: [], unpricedReason: reason.rawValue)
        case .priced(_, let basis):
            let entries = book.rates(of: basis).map { rate in
                Entry(
                    usageClass: rate.usageClass, pricedAs: rate.price.usageClass, priceID: rate.price.id,
                    rate: rate.price.rate, source: rate.price.source)
            }
            self.init(entries: entries, unpricedClasses: basis.unpricedClasses, unpricedReason: nil)
        }
    }

    /// Whether both charge alike with the same prices; a source that was only worded anew makes no difference.
    public func charges(like other: ChargeRecord) -> Bool {
        unpricedReason == other.unpricedReason && unpricedClasses == other.unpricedClasses
            && entries.count == other.entries.count
            && zip(entries, other.entries).allSatisfy { mine, its in
                mine.usageClass == its.usageClass && mine.pricedAs == its.pricedAs && mine.priceID == its.priceID
                    && mine.rate == its.rate
            }
    }

    /// The ids of the prices used, each once, in the order of the classes.
    public var priceIDs: [String] {
        var seen: Set<String> = []
        return entries.map(\.priceID).filter { seen.insert($0).inserted }
    }

    /// The arithmetic of the charge: the costs of the lines sum to it.
    ///
    /// - Parameter usage: The usage that was charged.
    /// - Returns: A line for each class that was charged, in the order of the classes.
    public func lines(of usage: UsageBuckets) -> [Line] {
        let namesReasoning = entries.contains { $0.usageClass == .reasoning && !$0.isInherited }
        return entries.map { entry in
            let quantity =
                switch entry.usageClass {
                // A price that names reasoning takes those tokens out of output (I6).
                case .output where namesReasoning: max(usage.quantity(.output) - usage.quantity(.reasoning), 0)
                // A call that does not say how many requests it stands for is one.
                case .requests: usage[.requests] ?? 1
                default: usage.quantity(entry.usageClass)
                }
            return Line(
                entry: entry, quantity: quantity,
                cost: entry.rate.cost(of: quantity, storedPerUnit: entry.usageClass.storedPerUnit))
        }
    }
}
