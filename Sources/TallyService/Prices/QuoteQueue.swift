/// Keeps blocks in order while they are priced out of it, and says when another may be read.
struct QuoteQueue {
    private let capacity: Int
    /// The place of the next block to be read, and of the next to be written.
    private var next = 0
    private var written = 0
    private var ready: [Int: [UInt8]] = [:]
    private var isReading = true
    private var isAtEnd = false

    /// A queue of at most so many blocks, the first of which is being read.
    init(capacity: Int) { self.capacity = capacity }

    /// A block was read; its place.
    mutating func begin() -> Int {
        isReading = false
        defer { next += 1 }
        return next
    }

    /// Nothing more can be read.
    mutating func end() {
        isReading = false
        isAtEnd = true
    }

    /// The block of a place was priced.
    mutating func finish(_ place: Int, _ quotes: [UInt8]) { ready[place] = quotes }

    /// The quotes to be written next, `nil` while those are not made yet.
    mutating func takeReady() -> [UInt8]? {
        guard let quotes = ready.removeValue(forKey: written) else { return nil }
        written += 1
        return quotes
    }

    /// Whether another block is to be read now; then it counts as being read.
    mutating func startReading() -> Bool {
        if isReading || isAtEnd || next - written >= capacity { return false }
        isReading = true
        return true
    }
}
