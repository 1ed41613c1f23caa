internal import TallyCore

/// What a change of events does to the rollups: signed sums by the key of a rollup row.
///
/// Storing adds events; changing one takes the old away and adds the new. The same sums are spelled in SQL by the view
/// `event_usage`, and a test holds the two against each other.
struct RollupDeltas {
    /// The key of a rollup row.
    struct Key: Hashable {
        let projectID: Int32
        let quarter: Int64
        let offeringID: Int32
        let keyID: Int32
        let outcome: Outcome

        /// Feeds all parts in three words.
        func hash(into hasher: inout Hasher) {
            hasher.combine(Int64(projectID) << 32 | Int64(offeringID))
            hasher.combine(quarter)
            hasher.combine(Int64(keyID) << 8 | Int64(outcome.code))
        }
    }

    /// The sums of one row.
    struct Sums {
        var events: Int64 = 0
        var unpriced: Int64 = 0
        var partlyPriced: Int64 = 0
        var quantities = UsageClass.Values<Int64>(repeating: 0)
        /// The classes that an event added or taken away states, and those that one taken away does.
        var stated: UInt32 = 0
        var withdrawn: UInt32 = 0
        var billed: Int128 = 0
        var reported: Int128 = 0
        var computed: Int128 = 0
        var list: Int128 = 0
    }

    /// What an event adds to its row.
    struct Measures {
        let usage: UsageBuckets?
        let isPartlyPriced: Bool
        let computedCost: Money?
        let reportedCost: Money?
        let billedCost: Money?
    }

    /// The keys and their sums, and where in them a key's are: a row is moved neither when the table of keys grows nor
    /// for sorting.
    private(set) var keys: [Key] = []
    private(set) var sums: [Sums] = []
    private var places: [Key: Int] = [:]

    /// No change.
    ///
    /// - Parameter rows: How many rows to make room for.
    init(reservingRows rows: Int = 0) {
        keys.reserveCapacity(rows)
        sums.reserveCapacity(rows)
        places.reserveCapacity(rows)
    }

    /// Adds an event to a row, or takes it away.
    ///
    /// - Throws: ``StoreError/amountTooLarge`` when a sum leaves 128 bits.
    mutating func add(_ measures: Measures, to key: Key, sign: Int64 = 1) throws(StoreError) {
        try sums[place(of: key)].add(measures, sign: sign)
    }

    /// How many of the events have no cost of any kind.
    var unpricedCount: Int { sums.reduce(0) { $0 + Int($1.unpriced) } }

    private mutating func place(of key: Key) -> Int {
        if let known = places[key] { return known }
        places[key] = sums.count
        keys.append(key)
        sums.append(Sums())
        return sums.count - 1
    }

    /// The places of the rows in the order of the primary key, in which every transaction locks them.
    var order: [Int] {
        keys.indices.sorted { keys[$0] < keys[$1] }
    }
}

extension RollupDeltas.Key: Comparable {
    static func < (left: RollupDeltas.Key, right: RollupDeltas.Key) -> Bool {
        (left.projectID, left.quarter, left.offeringID, left.keyID, left.outcome.code)
            < (right.projectID, right.quarter, right.offeringID, right.keyID, right.outcome.code)
    }
}

extension RollupDeltas.Sums {
    mutating func add(_ measures: RollupDeltas.Measures, sign: Int64) throws(StoreError) {
        events += sign
        if measures.isPartlyPriced { partlyPriced += sign }
        // In place: taking the usage out would copy all of its classes.
        var rest = measures.usage?.statedMask ?? 0
        stated |= rest
        if sign < 0 { withdrawn |= rest }
        while rest != 0 {
            let index = rest.trailingZeroBitCount
            rest &= rest - 1
            guard let usageClass = UsageClass(rawValue: index) else { continue }
            quantities[index] += sign * (measures.usage?.quantity(usageClass) ?? 0)
        }
        if let computedCost = measures.computedCost { try Self.add(computedCost, sign, to: &list) }
        if let billedCost = measures.billedCost {
            try Self.add(billedCost, sign, to: &billed)
        } else if let reportedCost = measures.reportedCost {
            try Self.add(reportedCost, sign, to: &reported)
        } else if let computedCost = measures.computedCost {
            try Self.add(computedCost, sign, to: &computed)
        } else {
            unpriced += sign
        }
    }

    private static func add(_ money: Money, _ sign: Int64, to sum: inout Int128) throws(StoreError) {
        let (added, overflow) = sum.addingReportingOverflow(Int128(sign) * money.picodollars)
        if overflow { throw .amountTooLarge }
        sum = added
    }
}

extension Outcome {
    /// The letter the database stores.
    var code: UInt8 {
        switch self {
        case .complete: UInt8(ascii: "c")
        case .interrupted: UInt8(ascii: "i")
        case .failed: UInt8(ascii: "f")
        }
    }

    /// The outcome of a stored letter.
    init?(code: String) {
        switch code {
        case "c": self = .complete
        case "i": self = .interrupted
        case "f": self = .failed
        default: return nil
        }
    }
}
