/// The secret of a key: `tly_` and 43 random letters and digits, which hold 256 bits.
///
/// Shown once when it is made. Nothing but its ``KeyHash`` and ``hint`` is kept, and describing it gives no more.
public struct KeySecret: Sendable, CustomStringConvertible {
    /// The secret itself, as clients send it.
    public let text: String

    /// What all secrets begin with.
    public static let prefix = "tly_"
    /// Random characters behind the prefix: 62⁴³ is just above 2²⁵⁶.
    private static let randomCount = 43
    private static let hintCount = 4
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// Makes a new secret.
    ///
    /// - Parameter random: Where its bits are from; a cryptographic one outside of tests, as the system's is.
    public init(using random: inout some RandomNumberGenerator) {
        text = Self.prefix + Self.letters(Self.randomCount, using: &random)
    }

    /// Reads a secret that somebody sent; `nil` when it cannot be one.
    public init?(_ text: String) {
        guard text.utf8.count == Self.prefix.utf8.count + Self.randomCount, text.hasPrefix(Self.prefix),
            text.utf8.dropFirst(Self.prefix.utf8.count).allSatisfy(Self.isLetterOrDigit)
        else { return nil }
        self.text = text
    }

    /// The last characters, to recognise it by.
    public var hint: String { String(text.suffix(Self.hintCount)) }

    /// The secret without what is secret of it.
    public var description: String { "\(Self.prefix)…\(hint)" }

    /// Random letters and digits.
    static func letters(_ count: Int, using random: inout some RandomNumberGenerator) -> String {
        let bytes = (0..<count).map { _ in alphabet[Int.random(in: alphabet.indices, using: &random)] }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
