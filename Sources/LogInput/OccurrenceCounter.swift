/// Counts how often each 128-bit key comes, exactly, in bounded memory.
///
/// Keys live in a table. When that is full, it becomes a sorted run in a temporary file which has no name and so
/// leaves nothing behind. A filter over all spilled keys keeps fresh keys off the disk; a key it does not rule out is
/// looked for in the runs, the newest first, since the newest count of a key includes the older ones. Runs beyond
/// `runLimit` are merged into one. Keys must be uniform hashes: others stay exact, but become slow.
///
/// Not `Sendable`: one counter belongs to one thread. Disk use is 24 bytes for each distinct key, twice while merging.
@safe
package final class OccurrenceCounter {
    /// The least memory a counter can do with, in bytes.
    package static let minimumMemoryBytes = 32 * 1024

    /// The memory it has allocated, in bytes; never above its limit.
    package var memoryBytes: Int {
        unsafe table.memoryBytes + (filter?.memoryBytes ?? 0) + pages.count * MemoryLayout<CountedKey>.stride
    }

    /// Distinct keys written to disk so far, those written again included.
    package private(set) var spilledKeys = 0
    /// Times runs were merged.
    package private(set) var merges = 0

    /// Runs kept before they are merged.
    static let runLimit = 8
    /// Pages: one for each run that is merged, and one to write.
    private static let pageCount = runLimit + 2

    private let folder: String
    private let table: KeyTable
    private let filterBytes: Int
    private var filter: BloomFilter?
    private let pages: UnsafeMutableBufferPointer<CountedKey>
    private let pageKeys: Int
    /// The oldest first.
    private var runs: [SpilledRun] = []

    /// A counter that has seen nothing.
    ///
    /// - Parameters:
    ///   - memoryLimitBytes: The memory it may take, at least `minimumMemoryBytes`; by default 64 MiB.
    ///   - temporaryFolder: Where keys go that do not fit.
    /// - Throws: `outOfMemory`.
    package init(memoryLimitBytes: Int = 64 << 20, temporaryFolder: String = "/tmp") throws(LogInputError) {
        precondition(memoryLimitBytes >= Self.minimumMemoryBytes, "too little memory to count occurrences")
        let stride = MemoryLayout<CountedKey>.stride
        folder = temporaryFolder
        filterBytes = memoryLimitBytes / 2
        pageKeys = max(4, min(8192, memoryLimitBytes / 16 / Self.pageCount / stride))
        let pageBytes = pageKeys * Self.pageCount * stride
        guard let table = KeyTable(memoryBytes: memoryLimitBytes - filterBytes - pageBytes) else {
            throw .outOfMemory(path: temporaryFolder, bytes: memoryLimitBytes)
        }
        self.table = table
        unsafe pages = .allocate(capacity: pageKeys * Self.pageCount)
        unsafe pages.initialize(repeating: CountedKey(high: 0, low: 0, count: 0))
    }

    deinit {
        unsafe pages.deallocate()
    }

    /// How often the key came before: 0 the first time, and one more each time.
    ///
    /// - Throws: `diskFull`, `permissionDenied`, `notFound` or `system` for the temporary folder, and `outOfMemory`.
    ///   The key is then not counted, and the call may be repeated.
    package func occurrence(of key: (UInt64, UInt64)) throws(LogInputError) -> Int {
        var key = CountedKey(high: key.0, low: key.1, count: 1)
        var place = table.find(key)
        if place.isFound { return Int(table.increment(slot: place.slot)) }
        let before = try spilledCount(of: key)
        if table.isFull {
            try spill()
            place = table.find(key)
        }
        key.count = before + 1
        if !table.insert(key, slot: place.slot) {
            try spill()
            // An empty table has room for every key.
            let inserted = table.insert(key, slot: table.find(key).slot)
            precondition(inserted)
        }
        return Int(before)
    }

    private func page(_ index: Int) -> UnsafeMutableBufferPointer<CountedKey> {
        unsafe UnsafeMutableBufferPointer(rebasing: pages[index * pageKeys..<(index + 1) * pageKeys])
    }

    private func spilledCount(of key: CountedKey) throws(LogInputError) -> UInt64 {
        guard let filter, filter.mayContain(key) else { return 0 }
        for run in runs.reversed() {
            if let count = unsafe try run.find(key, page: lookupPage) { return count }
        }
        return 0
    }

    /// One page serves look-ups; no merge goes on meanwhile.
    ///
    /// A shorter read costs less and nearly always suffices.
    private var lookupPage: UnsafeMutableBufferPointer<CountedKey> {
        unsafe UnsafeMutableBufferPointer(rebasing: pages[..<min(pageKeys, Self.lookupKeys)])
    }

    private static let lookupKeys = 128

    /// Turns the table into the newest run.
    ///
    /// When it throws, nothing has changed but what the filter may answer.
    private func spill() throws(LogInputError) {
        if runs.count > Self.runLimit { try merge() }
        guard let filter = filter ?? BloomFilter(memoryBytes: filterBytes) else {
            throw .outOfMemory(path: folder, bytes: filterBytes)
        }
        self.filter = filter
        let writer = unsafe RunWriter(file: try .temporary(inFolder: folder), page: page(0))
        var slot = 0
        while let entry = table.entry(from: slot) {
            try writer.append(entry.key)
            filter.add(entry.key)
            slot = entry.slot + 1
        }
        let run = try writer.finish()
        runs.append(run)
        spilledKeys += run.count
        table.removeAll()
        // The keys are safe by now: what the merge throws is thrown by the next one again, if it lasts.
        if runs.count > Self.runLimit { try? merge() }
    }

    /// Makes all runs one.
    ///
    /// When it throws, the runs are as before.
    private func merge() throws(LogInputError) {
        var cursors: [RunCursor] = []
        for (index, run) in runs.enumerated() { unsafe cursors.append(RunCursor(run, page: page(index + 1))) }
        let writer = unsafe RunWriter(file: try .temporary(inFolder: folder), page: page(0))
        while true {
            var least: CountedKey?
            // The oldest first, so that of equal keys the newest, which counts the older ones too, stays.
            for cursor in cursors {
                guard let key = try cursor.current() else { continue }
                if let known = least, CountedKey.precedes(known, key) { continue }
                least = key
            }
            guard let least else { break }
            try writer.append(least)
            for cursor in cursors {
                if let key = try cursor.current(), CountedKey.same(key, least) { cursor.advance() }
            }
        }
        runs = [try writer.finish()]
        merges += 1
    }
}
