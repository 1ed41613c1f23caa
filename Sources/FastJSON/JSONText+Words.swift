#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Both halves of a product of two words, as one: the mixing step of hashes that need not be secret.
@inlinable
func mixed(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
}

/// Looks at a text eight bytes at a time.
extension JSONText {
    /// Eight bytes from an offset on, all of which lie in the text.
    @inlinable
    func word(at offset: Int) -> UInt64 {
        unsafe utf8.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    /// Four bytes from an offset on, all of which lie in the text.
    @inlinable
    func halfWord(at offset: Int) -> UInt32 {
        unsafe utf8.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
    }

    /// One byte of the text.
    @inlinable
    func byte(at offset: Int) -> UInt8 {
        unsafe utf8[offset]
    }

    /// A hash of the bytes, another one for each seed.
    @inlinable
    func hash(seed: UInt64) -> UInt64 {
        var hash = seed ^ UInt64(count)
        var offset = 0
        while offset + 16 < count {
            hash = mixed(hash ^ word(at: offset), 0xa076_1d64_78bd_642f ^ word(at: offset + 8))
            offset += 16
        }
        let rest = unsafe JSONText(utf8: UnsafeRawBufferPointer(rebasing: utf8[offset...]))
        guard let short = ShortText(rest) else { return hash }
        return mixed(hash ^ short.first, 0xe703_7ed1_a0b4_28db ^ short.last)
    }

    /// Whether all bytes are ASCII and none is a control character: such text is in every Unicode form as it is.
    @inlinable
    package var isPrintableASCII: Bool {
        if count < 8 {
            for offset in 0..<count where byte(at: offset) < 0x20 || byte(at: offset) >= 0x7F { return false }
            return true
        }
        var offset = 0
        while offset + 8 < count {
            if !Self.isPrintableASCII(word(at: offset)) { return false }
            offset += 8
        }
        return Self.isPrintableASCII(word(at: count - 8))
    }

    /// Whether none of eight bytes is below 32, 127 or above.
    ///
    /// The highest bit of a byte tells: below 32 it is set by the subtraction, at 127 by the addition.
    @inlinable
    static func isPrintableASCII(_ word: UInt64) -> Bool {
        let below = word &- 0x2020_2020_2020_2020
        let above = word &+ 0x0101_0101_0101_0101
        return (word | below | above) & 0x8080_8080_8080_8080 == 0
    }

    /// Whether the text has the bytes of a part of an array, which is as long.
    @inlinable
    func equals(_ bytes: [UInt8], from start: Int) -> Bool {
        guard count > 0, let mine = unsafe utf8.baseAddress else { return true }
        return unsafe bytes.withUnsafeBytes { other in
            guard let base = other.baseAddress, start + count <= other.count else { return false }
            return unsafe memcmp(mine, base + start, count) == 0
        }
    }
}
