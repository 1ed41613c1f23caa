/// A pattern of model names: `*` is any run of characters, also none, and `#` is one digit.
///
/// Everything else stands for itself, without regard to case: `claude-haiku-4-5*`, `*amazon.nova-lite*`,
/// `grok-4.3-########`.
public struct NamePattern: Sendable, Hashable {
    /// The pattern, in lower case.
    public let text: String
    private let bytes: [UInt8]

    private static let anyRun = UInt8(ascii: "*")
    private static let oneDigit = UInt8(ascii: "#")

    /// A pattern from its text.
    public init(_ text: String) {
        self.text = text.lowercased()
        bytes = Array(self.text.utf8)
    }

    /// Whether a text has a sign that stands for others, and so is no name of its own.
    public static func isPattern(_ text: String) -> Bool { text.utf8.contains { $0 == anyRun || $0 == oneDigit } }

    /// How much of a name the pattern fixes, in bytes: of several patterns that match, the longest counts.
    public var length: Int { bytes.count { $0 != Self.anyRun } }

    /// Whether a name has the pattern.
    ///
    /// - Parameter name: The bytes of the name, in lower case.
    /// - Returns: Whether all of it fits.
    public func matches(_ name: [UInt8]) -> Bool {
        var patternIndex = 0
        var index = 0
        // Where to go on when what follows the last run does not fit: the run then takes one byte more.
        var retry: (patternIndex: Int, index: Int)?
        while index < name.count {
            if patternIndex < bytes.count, bytes[patternIndex] == Self.anyRun {
                retry = (patternIndex + 1, index)
                patternIndex += 1
            } else if patternIndex < bytes.count, fits(bytes[patternIndex], name[index]) {
                patternIndex += 1
                index += 1
            } else if let last = retry {
                retry = (last.patternIndex, last.index + 1)
                (patternIndex, index) = (last.patternIndex, last.index + 1)
            } else {
                return false
            }
        }
        return bytes[patternIndex...].allSatisfy { $0 == Self.anyRun }
    }

    private func fits(_ sign: UInt8, _ byte: UInt8) -> Bool {
        sign == Self.oneDigit ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : sign == byte
    }
}
