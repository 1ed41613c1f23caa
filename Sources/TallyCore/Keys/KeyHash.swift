internal import Crypto

/// The SHA-256 of a key's secret: all that is stored of it.
///
/// A plain hash will do: a secret has 256 random bits, so that there is nothing to guess from.
public struct KeyHash: Sendable, Hashable {
    private let first: UInt64
    private let second: UInt64
    private let third: UInt64
    private let fourth: UInt64

    private static let byteCount = 32

    /// The hash of a secret.
    public init(of secret: KeySecret) {
        var hasher = SHA256()
        var text = secret.text
        text.withUTF8 { unsafe hasher.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        self = unsafe hasher.finalize().withUnsafeBytes { unsafe KeyHash(words: $0) }
    }

    /// A hash that was stored; `nil` unless it is 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self = unsafe bytes.withUnsafeBytes { unsafe KeyHash(words: $0) }
    }

    private init(words: UnsafeRawBufferPointer) {
        func word(_ place: Int) -> UInt64 {
            unsafe UInt64(bigEndian: words.loadUnaligned(fromByteOffset: place * 8, as: UInt64.self))
        }
        (first, second, third, fourth) = (word(0), word(1), word(2), word(3))
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        [first, second, third, fourth].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - $0 * 8)) }
        }
    }

    /// Feeds a part of the bytes, which are those of a hash already.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(first)
    }
}
