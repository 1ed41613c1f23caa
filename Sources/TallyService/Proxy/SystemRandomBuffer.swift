#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// Random numbers of the system, of which many are fetched at a time.
struct SystemRandomBuffer: RandomNumberGenerator {
    /// As many as the system gives out in one call.
    private static let wordCount = 256 / MemoryLayout<UInt64>.size

    private var words: [UInt64] = []

    mutating func next() -> UInt64 {
        if words.isEmpty { fill() }
        return words.removeLast()
    }

    private mutating func fill() {
        words = [UInt64](repeating: 0, count: Self.wordCount)
        let status = unsafe words.withUnsafeMutableBytes { unsafe getentropy($0.baseAddress, $0.count) }
        if status == 0 { return }
        var random = SystemRandomNumberGenerator()
        for place in words.indices { words[place] = random.next() }
    }
}
