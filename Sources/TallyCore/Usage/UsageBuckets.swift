/// How many of each class one call used.
///
/// A class that was not stated is absent, which is not the same as zero.
///
/// Quantities are whole numbers in the stored unit of their class (``UsageClass/storedPerUnit``) between 0 and
/// ``maximumQuantity``.
public struct UsageBuckets: Sendable {
    @usableFromInline
    var quantities = UsageClass.Values<Int64>(repeating: 0)
    @usableFromInline
    var stated: UInt32 = 0

    /// The largest quantity of one class in one call: 10¹².
    public static let maximumQuantity: Int64 = 1_000_000_000_000

    /// Nothing stated yet.
    @inlinable
    public init() {}

    /// The quantity of a class in stored units, `nil` when it was not stated.
    ///
    /// Setting a quantity outside 0…``maximumQuantity`` is a programmer error: the edge checks it first.
    @inlinable
    public subscript(usageClass: UsageClass) -> Int64? {
        get { stated & (1 << UInt32(usageClass.rawValue)) == 0 ? nil : quantities[usageClass.rawValue] }
        set {
            if let newValue {
                precondition(newValue >= 0 && newValue <= Self.maximumQuantity, "quantity out of bounds")
                quantities[usageClass.rawValue] = newValue
                stated |= 1 << UInt32(usageClass.rawValue)
            } else {
                quantities[usageClass.rawValue] = 0
                stated &= ~(1 << UInt32(usageClass.rawValue))
            }
        }
    }

    /// The quantity of a class, 0 when it was not stated.
    @inlinable
    public func quantity(_ usageClass: UsageClass) -> Int64 {
        quantities[usageClass.rawValue]
    }

    /// One bit for each stated class, lowest bit first in the order of ``UsageClass``.
    @inlinable
    public var statedMask: UInt32 { stated }

    /// Whether no class was stated.
    @inlinable
    public var isEmpty: Bool { stated == 0 }

    /// All tokens the model read, cached or not: what context tiers are chosen by.
    @inlinable
    public var inputTokens: Int64 {
        var sum = quantities[UsageClass.cacheReadAudio.rawValue] + quantities[UsageClass.cacheReadImage.rawValue]
        for index in 0...UsageClass.inputVideo.rawValue { sum += quantities[index] }
        return sum
    }

    /// The stated classes with their quantities, in order.
    public var entries: [(usageClass: UsageClass, quantity: Int64)] {
        UsageClass.allCases.compactMap { usageClass in
            self[usageClass].map { (usageClass, $0) }
        }
    }

    /// A quantity as the interface writes it: a whole number, or a decimal with up to six digits.
    public static func text(_ quantity: Int128, of usageClass: UsageClass) -> String {
        usageClass.storedPerUnit == 1
            ? String(quantity) : DecimalText.text(quantity, scale: 6, minimumPlaces: 0)
    }
}

extension UsageBuckets: Equatable {
    /// Whether both state the same quantities of the same classes.
    public static func == (left: UsageBuckets, right: UsageBuckets) -> Bool {
        if left.stated != right.stated { return false }
        for index in 0..<UsageClass.count where left.quantities[index] != right.quantities[index] { return false }
        return true
    }
}
