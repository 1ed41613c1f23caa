/// A 128-bit key and how often it was seen: an entry of the table, and a record of a spilled run.
struct CountedKey: Equatable, BitwiseCopyable {
    var high: UInt64
    var low: UInt64
    /// All sightings so far, older runs included.
    ///
    /// An empty slot has none.
    var count: UInt64

    static func precedes(_ left: CountedKey, _ right: CountedKey) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }

    static func same(_ left: CountedKey, _ right: CountedKey) -> Bool {
        left.high == right.high && left.low == right.low
    }
}
