#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Says of a key that it was never added, or that it may have been.
///
/// All bits of a key lie in one cache line, so that asking costs one look at memory.
@safe
final class BloomFilter {
    private let words: UnsafeMutablePointer<UInt64>
    private let blocks: Int

    private static let wordsInBlock = 8
    private static let bitsOfKey = 6
    static let blockBytes = wordsInBlock * 8

    var memoryBytes: Int { blocks * Self.blockBytes }

    /// A filter of at most so many bytes; nil when there is no memory.
    init?(memoryBytes: Int) {
        precondition(memoryBytes >= Self.blockBytes)
        blocks = memoryBytes / Self.blockBytes
        guard let memory = unsafe calloc(blocks, Self.blockBytes) else { return nil }
        unsafe words = unsafe memory.bindMemory(to: UInt64.self, capacity: blocks * Self.wordsInBlock)
    }

    deinit {
        unsafe free(words)
    }

    func add(_ key: CountedKey) {
        let block = blockStart(of: key)
        var bits = key.high
        for _ in 0..<Self.bitsOfKey {
            unsafe words[block + Int(bits >> 6 & 7)] |= 1 << (bits & 63)
            bits >>= 9
        }
    }

    func mayContain(_ key: CountedKey) -> Bool {
        let block = blockStart(of: key)
        var bits = key.high
        for _ in 0..<Self.bitsOfKey {
            if unsafe words[block + Int(bits >> 6 & 7)] & 1 << (bits & 63) == 0 { return false }
            bits >>= 9
        }
        return true
    }

    /// The block comes from one half of the key and the bits from the other: they are independent.
    private func blockStart(of key: CountedKey) -> Int {
        Int(key.low.multipliedFullWidth(by: UInt64(blocks)).high) * Self.wordsInBlock
    }
}
