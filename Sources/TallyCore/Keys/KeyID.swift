/// The id of a key: `key_` and a few random letters and digits.
///
/// It stays when the key is revoked, and is no secret.
public struct KeyID: Sendable, Hashable, CustomStringConvertible {
    /// The id.
    public let text: String

    /// What all ids begin with.
    public static let prefix = "key_"
    private static let randomCount = 12

    /// Makes a new id.
    public init(using random: inout some RandomNumberGenerator) {
        text = Self.prefix + KeySecret.letters(Self.randomCount, using: &random)
    }

    /// An id that was stored.
    public init(stored text: String) {
        self.text = text
    }

    /// The id.
    public var description: String { text }
}
