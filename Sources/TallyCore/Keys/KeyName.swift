/// The name of a key: what its calls carry as `key`, and what people call it by.
public struct KeyName: Sendable, Hashable, CustomStringConvertible {
    /// The name, in composed form.
    public let text: String

    /// Bytes of the longest name.
    public static let maximumBytes = 128

    /// Why a text is no name of a key, with the mend.
    public struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
        /// The reason, such as `it is empty; write a name`.
        public let description: String
    }

    /// Reads a name.
    ///
    /// - Parameter text: Not empty, no control characters, no space at either end; not the beginning of an id or of a
    ///   secret, so that it can be told from them.
    /// - Throws: ``Failure``, which never quotes the text: it may be a secret in the wrong place.
    public init(_ text: String) throws(Failure) {
        if text.isEmpty { throw Failure(description: "it is empty; write a name") }
        if text.utf8.count > Self.maximumBytes {
            throw Failure(description: "it is longer than \(Self.maximumBytes) bytes; shorten it")
        }
        if text.utf8.contains(where: { $0 < 32 || $0 == 127 }) {
            throw Failure(description: "it has a control character; take it out")
        }
        if text.first == " " || text.last == " " {
            throw Failure(description: "it begins or ends with a space; take it away")
        }
        for prefix in [KeyID.prefix, KeySecret.prefix] where text.hasPrefix(prefix) {
            throw Failure(description: "it begins with \(prefix) as other things do; choose another")
        }
        self.text = NameText.composed(text)
    }

    /// The name.
    public var description: String { text }
}
