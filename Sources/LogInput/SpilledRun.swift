/// Counted keys in ascending order in a temporary file that has no name.
final class SpilledRun {
    let file: Descriptor
    let count: Int

    private static let stride = MemoryLayout<CountedKey>.stride
    /// Guesses by interpolation, before halving takes over: it never needs more than a few with uniform keys.
    private static let guessLimit = 8

    init(file: Descriptor, count: Int) {
        self.file = file
        self.count = count
    }

    /// Reads records from this one on into the page, as many as it holds and the run has; returns how many.
    func read(from index: Int, into page: UnsafeMutableBufferPointer<CountedKey>) throws(LogInputError) -> Int {
        let wanted = min(page.count, count - index)
        let bytes = unsafe UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: page[..<wanted]))
        unsafe try file.read(at: index * Self.stride, into: bytes)
        return wanted
    }

    /// How often the key was seen up to this run; nil when the run does not have it.
    func find(
        _ key: CountedKey, page: UnsafeMutableBufferPointer<CountedKey>
    ) throws(LogInputError) -> UInt64? {
        // The key, if there, lies at `low..<high`; the key values at the borders are `floor` and `ceiling`.
        var low = 0
        var high = count
        var floor: UInt64 = 0
        var ceiling = UInt64.max
        var steps = 0
        while low < high {
            var middle = low + (high - low) / 2
            if steps < Self.guessLimit, ceiling > floor {
                let share = (key.high - floor).multipliedFullWidth(by: UInt64(high - low))
                let width = ceiling - floor
                middle = share.high < width ? low + Int(width.dividingFullWidth(share).quotient) : high - 1
            }
            // The page is laid around the guess.
            let first = max(low, min(middle - page.count / 2, high - page.count))
            let records = unsafe try read(from: first, into: page)
            if unsafe CountedKey.precedes(key, page[0]) {
                high = first
                ceiling = unsafe page[0].high
            } else if unsafe CountedKey.precedes(page[records - 1], key) {
                low = first + records
                floor = unsafe page[records - 1].high
            } else {
                return unsafe Self.search(UnsafeBufferPointer(rebasing: page[..<records]), key)
            }
            steps += 1
        }
        return nil
    }

    private static func search(_ records: UnsafeBufferPointer<CountedKey>, _ key: CountedKey) -> UInt64? {
        var low = 0
        var high = records.count
        while low < high {
            let middle = (low + high) / 2
            if unsafe CountedKey.precedes(records[middle], key) { low = middle + 1 } else { high = middle }
        }
        guard low < records.count, unsafe CountedKey.same(records[low], key) else { return nil }
        return unsafe records[low].count
    }
}
