package import CSimdJSON

/// One value of a parsed document.
///
/// A borrowed view, one pointer wide: it, and every text taken from it, is valid only within the
/// `JSONParser.withDocument` call that lent it. Keep copies (`string`, `integer`), never the view.
@safe
package struct JSONValue {
    /// What a value is.
    package enum Kind: Equatable, Sendable {
        /// The literal null.
        case null
        /// True or false.
        case bool
        /// A number, kept as its text.
        case number
        /// A string.
        case string
        /// An array.
        case array
        /// An object.
        case object
    }

    @usableFromInline
    let node: UnsafePointer<csimdjson_node>

    @inlinable
    package init(node: UnsafePointer<csimdjson_node>) {
        unsafe self.node = unsafe node
    }

    @inlinable
    package var rawKind: UInt32 { unsafe node.pointee.kind }

    /// What the value is.
    @inlinable
    package var kind: Kind {
        switch rawKind {
        case CSIMDJSON_KIND_TRUE.rawValue, CSIMDJSON_KIND_FALSE.rawValue: .bool
        case CSIMDJSON_KIND_NUMBER.rawValue: .number
        case CSIMDJSON_KIND_STRING.rawValue: .string
        case CSIMDJSON_KIND_ARRAY.rawValue: .array
        case CSIMDJSON_KIND_OBJECT.rawValue: .object
        default: .null
        }
    }

    /// Whether the value is null.
    @inlinable
    package var isNull: Bool { rawKind == CSIMDJSON_KIND_NULL.rawValue }

    /// True or false; nil when the value is neither.
    @inlinable
    package var bool: Bool? {
        switch rawKind {
        case CSIMDJSON_KIND_TRUE.rawValue: true
        case CSIMDJSON_KIND_FALSE.rawValue: false
        default: nil
        }
    }

    /// The text of a string, borrowed; nil when the value is none.
    @inlinable
    package var text: JSONText? {
        rawKind == CSIMDJSON_KIND_STRING.rawValue ? nodeText : nil
    }

    /// The bytes of a string, borrowed; nil when the value is none.
    @inlinable
    package var utf8: UnsafeRawBufferPointer? { unsafe text?.utf8 }

    /// A copy of a string; nil when the value is none.
    @inlinable
    package var string: String? { text?.string }

    /// The text of a number exactly as it was written, borrowed; nil when the value is none.
    @inlinable
    package var numberText: JSONText? {
        rawKind == CSIMDJSON_KIND_NUMBER.rawValue ? nodeText : nil
    }

    /// A number as an integer, or why it is not one; nil when the value is no number.
    @inlinable
    package var integer: JSONInteger? {
        guard let numberText else { return nil }
        return unsafe JSONInteger(number: numberText.utf8)
    }

    /// The exact integer; nil when the value is no number, has a fraction or does not fit.
    ///
    /// `integer` tells which.
    @inlinable
    package var int64: Int64? {
        guard case .integer(let value)? = integer else { return nil }
        return value
    }

    /// The number of elements or members; 0 for a scalar.
    @inlinable
    package var count: Int {
        switch kind {
        case .array, .object: unsafe Int(node.pointee.length)
        case .null, .bool, .number, .string: 0
        }
    }

    /// The members of an object in the order of the text, repeated keys included; none when the value is no object.
    @inlinable
    package var members: JSONMembers {
        let isObject = rawKind == CSIMDJSON_KIND_OBJECT.rawValue
        return unsafe JSONMembers(first: node + 1, end: node + (isObject ? Int(node.pointee.span) : 1))
    }

    /// The elements of an array; none when the value is no array.
    @inlinable
    package var elements: JSONElements {
        let isArray = rawKind == CSIMDJSON_KIND_ARRAY.rawValue
        return unsafe JSONElements(first: node + 1, end: node + (isArray ? Int(node.pointee.span) : 1))
    }

    /// The value of a member; of a repeated key, the last.
    ///
    /// Nil when there is none or the value is no object.
    @inlinable
    package subscript(key: StaticString) -> JSONValue? {
        var found: JSONValue?
        for (name, value) in members where name == key { found = value }
        return found
    }

    /// The value of a member whose name is known only at run time; otherwise as with a literal.
    @_disfavoredOverload
    @inlinable
    package subscript(key: String) -> JSONValue? {
        var found: JSONValue?
        for (name, value) in members where name == key { found = value }
        return found
    }

    @inlinable
    package var nodeText: JSONText {
        unsafe JSONText(utf8: UnsafeRawBufferPointer(start: node.pointee.bytes, count: Int(node.pointee.length)))
    }
}
