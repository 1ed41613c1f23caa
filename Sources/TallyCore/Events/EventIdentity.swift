internal import Crypto

/// The 128-bit identity of an event.
///
/// Equal identities are one call (invariant I3).
public struct EventIdentity: Sendable, Hashable, Comparable {
    /// The first eight bytes, big-endian.
    public let high: UInt64
    /// The last eight bytes, big-endian.
    public let low: UInt64

    /// An identity from its two halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// An identity by a hash of a canonical record: the first 128 bits of its SHA-256.
    public init(hashing record: borrowing IdentityRecord) {
        self = record.digest
    }

    /// The identity of a call that is relayed at some time: new each time, whatever ids the provider gives.
    ///
    /// It is a UUID of version 7 (RFC 9562, 5.7), milliseconds first, so that those of one day lie together.
    public init(relayedAt time: Instant) {
        var random = SystemRandomNumberGenerator()
        self.init(relayedAt: time, using: &random)
    }

    /// The identity of a call that is relayed at some time, with the random numbers of a source.
    public init(relayedAt time: Instant, using random: inout some RandomNumberGenerator) {
        let milliseconds = UInt64(bitPattern: time.microseconds / 1000) & 0xFFFF_FFFF_FFFF
        high = milliseconds << 16 | 0x7000 | random.next() & 0xFFF
        low = 0x8000_0000_0000_0000 | random.next() & 0x3FFF_FFFF_FFFF_FFFF
    }

    /// Reads the text form: 32 hexadecimal digits, with or without the hyphens of a UUID.
    public init?(text: some StringProtocol) {
        var halves: [UInt64] = [0, 0]
        var digits = 0
        var hyphens = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "-") {
                guard hyphens < 4, digits == 8 + 4 * hyphens else { return nil }
                hyphens += 1
                continue
            }
            guard digits < 32, let digit = Self.hexadecimal(byte) else { return nil }
            halves[digits / 16] = halves[digits / 16] << 4 | UInt64(digit)
            digits += 1
        }
        if digits != 32 || (hyphens != 0 && hyphens != 4) { return nil }
        self.init(high: halves[0], low: halves[1])
    }

    /// Feeds half of the bytes, which are those of a hash already.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(low)
    }

    /// Whether one identity sorts before another: by its bytes.
    public static func < (left: EventIdentity, right: EventIdentity) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension EventIdentity: CustomStringConvertible {
    /// The text form, as a UUID is written: `0190163d-8694-739b-aea5-966c26f8ad90`.
    public var description: String {
        unsafe String(unsafeUninitializedCapacity: 36) { text in
            var count = 0
            for place in 0..<32 {
                if place >= 8, place <= 20, place % 4 == 0 {
                    unsafe text[count] = UInt8(ascii: "-")
                    count += 1
                }
                let half = place < 16 ? high : low
                let digit = UInt8(truncatingIfNeeded: half >> UInt64(60 - place % 16 * 4)) & 15
                unsafe text[count] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                count += 1
            }
            return count
        }
    }
}

/// The canonical bytes an identity is hashed from: each field with its kind and its length, so that no two different
/// lists of fields give the same bytes whatever they hold.
public struct IdentityRecord: ~Copyable {
    private(set) var bytes: [UInt8] = []

    /// What a field is; the first byte of each.
    private enum Kind: UInt8 {
        case noText, text, noInteger, integer, noMoney, money, noUsage, usage
    }

    /// An empty record; ``reset(_:)`` starts one.
    public init() {
        bytes.reserveCapacity(512)
    }

    /// Starts a new record of a kind (`id`, `content`…), keeping the memory of the last.
    public mutating func reset(_ kind: StaticString) {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(UInt8(truncatingIfNeeded: kind.utf8CodeUnitCount))
        kind.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }

    /// Adds text, or its absence.
    public mutating func append(_ text: String?) {
        guard var text else {
            append(.noText)
            return
        }
        append(.text)
        text.withUTF8 { buffer in
            append(UInt64(buffer.count))
            unsafe bytes.append(contentsOf: buffer)
        }
    }

    /// Adds an integer, or its absence.
    public mutating func append(_ value: Int64?) {
        guard let value else {
            append(.noInteger)
            return
        }
        append(.integer)
        append(UInt64(bitPattern: value))
    }

    /// Adds an amount, or its absence.
    public mutating func append(_ money: Money?) {
        guard let money else {
            append(.noMoney)
            return
        }
        append(.money)
        append(UInt64(truncatingIfNeeded: money.picodollars))
        append(UInt64(truncatingIfNeeded: money.picodollars >> 64))
    }

    /// Adds the stated quantities, or the absence of usage.
    public mutating func append(_ usage: UsageBuckets?) {
        guard let usage else {
            append(.noUsage)
            return
        }
        append(.usage)
        append(UInt64(usage.statedMask))
        for usageClass in UsageClass.allCases {
            if let quantity = usage[usageClass] { append(UInt64(bitPattern: quantity)) }
        }
    }

    private mutating func append(_ kind: Kind) {
        bytes.append(kind.rawValue)
    }

    /// Eight bytes, the lowest first.
    private mutating func append(_ value: UInt64) {
        unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    fileprivate var digest: EventIdentity {
        var hasher = SHA256()
        unsafe bytes.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
        return unsafe hasher.finalize().withUnsafeBytes { digest in
            unsafe EventIdentity(
                high: UInt64(bigEndian: digest.loadUnaligned(as: UInt64.self)),
                low: UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
    }
}
