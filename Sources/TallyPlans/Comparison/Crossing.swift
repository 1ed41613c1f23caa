/// Where one cost stops being the larger, found by arithmetic and not by trying.
enum Crossing {
    /// The first whole number at which a difference is not above zero.
    ///
    /// - Parameters:
    ///   - bends: Where the difference changes its slope or jumps: from each on it is linear up to the next.
    ///   - limit: The largest number looked at.
    ///   - difference: The difference, exact.
    /// - Returns: The number, from 0 to the limit; `nil` when there is none.
    static func first(bends: [Int128], limit: Int128, _ difference: (Int128) -> Int128) -> Int128? {
        let starts = Set(bends.filter { $0 > 0 && $0 <= limit } + [0]).sorted()
        for (index, start) in starts.enumerated() {
            let end = index + 1 < starts.count ? starts[index + 1] - 1 : limit
            let value = difference(start)
            if value <= 0 { return start }
            if start == end { continue }
            let fall = value - difference(start + 1)
            if fall <= 0 { continue }
            let steps = (value + fall - 1) / fall
            if steps <= end - start { return start + steps }
        }
        return nil
    }
}
