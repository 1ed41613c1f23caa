/// A 128-bit identifier, column type `uuid`.
package struct PostgresUUID: Sendable, Hashable {
    /// The first eight bytes, most significant first.
    package let high: UInt64
    /// The last eight bytes, most significant first.
    package let low: UInt64

    /// Joins two halves.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads the canonical text: 36 characters, hexadecimal digits in groups of 8-4-4-4-12; nil for anything else.
    package init?(_ text: String) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var digits = 0
        var place = 0
        for byte in text.utf8 {
            defer { place += 1 }
            if place == 8 || place == 13 || place == 18 || place == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard digits < 32, let digit = Self.value(ofHexDigit: byte) else { return nil }
            if digits < 16 { high = high << 4 | digit } else { low = low << 4 | digit }
            digits += 1
        }
        guard digits == 32, place == 36 else { return nil }
        self.init(high: high, low: low)
    }

    private static func value(ofHexDigit byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}

extension PostgresUUID: CustomStringConvertible {
    /// The canonical text in lower case.
    package var description: String {
        var text = ""
        text.reserveCapacity(36)
        let digits = Array("0123456789abcdef")
        for place in 0..<32 {
            if place == 8 || place == 12 || place == 16 || place == 20 { text.append("-") }
            let half = place < 16 ? high : low
            text.append(digits[Int(half >> UInt64(60 - 4 * (place % 16)) & 15)])
        }
        return text
    }
}

extension PostgresUUID: PostgresPlainElement {
    package static var postgresType: PostgresType { .uuid }
    package static var arrayType: PostgresType { .uuidArray }

    package func encode(into bytes: inout PostgresBytes) throws(PostgresError) {
        bytes.append(high)
        bytes.append(low)
    }

    package static func accepts(_ type: PostgresType) -> Bool { type == .uuid }

    package static func decode(_ bytes: RawSpan, type: PostgresType) throws(PostgresError) -> PostgresUUID {
        guard bytes.byteCount == 16, let high = bytes.bigEndian(UInt64.self),
            let low = bytes.bigEndian(UInt64.self, at: 8)
        else { throw PostgresError(.decoding, "a uuid of \(bytes.byteCount) bytes") }
        return PostgresUUID(high: high, low: low)
    }
}
