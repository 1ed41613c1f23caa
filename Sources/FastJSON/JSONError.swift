/// Why a text is not a JSON document that can be read, and where.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kinds of fault.
    package enum Kind: Equatable, Sendable {
        /// No bytes, or only white space.
        case empty
        /// A character where none of its kind may stand.
        case syntax
        /// A number outside the JSON grammar, such as `01`, `1.` or `+1`.
        case invalidNumber
        /// A string with an unknown escape or a bare control character.
        case invalidString
        /// Bytes that are not UTF-8.
        case invalidUTF8
        /// The text ends inside a value.
        case truncated
        /// Something other than white space follows the value.
        case trailingContent
        /// More nested arrays and objects than `JSONParser.Limits.depth`.
        case tooDeep
        /// More values and keys than `JSONParser.Limits.nodes`.
        case tooManyNodes
        /// More than two gibibytes.
        case tooLarge
        /// No memory could be had for the document.
        case outOfMemory
    }

    /// What is wrong.
    package let kind: Kind
    /// The byte of the document at which it was found, from 0; nil when it is not known.
    package let byteOffset: Int?

    /// An error of this kind at this byte.
    package init(kind: Kind, byteOffset: Int?) {
        self.kind = kind
        self.byteOffset = byteOffset
    }

    package var description: String {
        guard let byteOffset else { return reason }
        return "\(reason) (at byte \(byteOffset))"
    }

    private var reason: String {
        switch kind {
        case .empty: "empty where a JSON value is needed; remove the empty document"
        case .syntax: "not JSON: unexpected character; write one JSON value"
        case .invalidNumber: "not JSON: malformed number; write it as JSON has it, such as 12 or 0.5"
        case .invalidString: "not JSON: bad escape or bare control character in a string; escape it"
        case .invalidUTF8: "not UTF-8; save the text as UTF-8"
        case .truncated: "the JSON value is cut short; write it whole"
        case .trailingContent: "something follows the JSON value; write one value a line"
        case .tooDeep: "arrays and objects nested too deeply; flatten the document"
        case .tooManyNodes: "too many values in one document; split it"
        case .tooLarge: "the document is too large; split it"
        case .outOfMemory: "out of memory for the document; split it or give the process more memory"
        }
    }
}
