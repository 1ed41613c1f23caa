internal import Crypto

/// What tells that two sources speak of the same call: a digest of the provider's own id of the generation.
///
/// Alone it proves nothing: two calls may have one id, as those of a server that always gives the same. Which of what has
/// one key is one call, ``MergeRules`` tell.
public struct MatchKey: Sendable, Hashable {
    /// The first eight bytes, big-endian.
    public let high: UInt64
    /// The last eight bytes, big-endian.
    public let low: UInt64

    /// The most that is merged by one key; an id that more share tells no calls apart, and what comes then is its own
    /// event.
    public static let maximumContributions = 32

    /// A key from its two halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The key of a provider's id: the first 128 bits of its SHA-256; `nil` when there is none or it is empty.
    public init?(requestID: String?) {
        guard var text = requestID, !text.isEmpty else { return nil }
        let digest = text.withUTF8 { bytes in
            var hasher = SHA256()
            unsafe hasher.update(bufferPointer: UnsafeRawBufferPointer(bytes))
            return hasher.finalize()
        }
        (high, low) = unsafe digest.withUnsafeBytes { digest in
            unsafe (
                UInt64(bigEndian: digest.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }

    /// Feeds half of the bytes, which are those of a hash already.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(low)
    }
}

extension MatchKey: Comparable {
    /// Whether one key sorts before another: by its bytes.
    public static func < (left: MatchKey, right: MatchKey) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}
