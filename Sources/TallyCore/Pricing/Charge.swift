/// What a call costs by the price table: an amount with the prices it was made from, or why there is none.
public enum Charge: Sendable, Equatable {
    /// Priced; classes without a price are named in the basis and add nothing (I6).
    case priced(Money, ChargeBasis)
    /// Not priced, which is not the same as free.
    case unpriced(UnpricedReason)

    /// The amount, `nil` when unpriced.
    public var cost: Money? {
        if case .priced(let cost, _) = self { cost } else { nil }
    }
}

/// Why a call has no computed cost.
public enum UnpricedReason: String, Sendable, Hashable, CaseIterable {
    /// Nobody said how much was used.
    case usageUnknown = "usage_unknown"
    /// Nobody said which model served.
    case modelUnknown = "model_unknown"
    /// The price table has no row for this biller, provider and model.
    case noPrice = "no_price"
    /// The call was made before the model's first price.
    case beforeFirstPrice = "before_first_price"
    /// The model's prices have ended, or have a gap at the time of the call.
    case noPriceAtTime = "no_price_at_time"
    /// None of the classes used has a price, nor the class it is part of.
    case classNotPriced = "class_not_priced"
}

/// Which prices a charge used, in a form that compares and hashes in a few instructions; good for one book only.
///
/// ``PriceBook/rates(of:)`` spells it out.
public struct ChargeBasis: Sendable, Hashable {
    let card: Int32
    let charged: UInt32
    let missing: UInt32

    /// The classes that were used but have no price, in order.
    public var unpricedClasses: [UsageClass] {
        UsageClass.allCases.filter { missing & (1 << UInt32($0.rawValue)) != 0 }
    }

    /// Whether a part of the usage has no price.
    public var isPartial: Bool { missing != 0 }
}

/// The price one class was charged with.
public struct ChargedRate: Sendable, Equatable {
    /// The class that was used.
    public let usageClass: UsageClass
    /// Its price, or that of the class it is part of.
    public let price: Price

    /// Whether the price is that of the class this one is part of.
    public var isInherited: Bool { price.usageClass != usageClass }
}

/// One line of a charge's arithmetic.
public struct ChargeLine: Sendable, Equatable {
    /// The class and its price.
    public let rate: ChargedRate
    /// How many, in stored units.
    public let quantity: Int64
    /// What they cost.
    public let cost: Money
}
