internal import FastJSON
internal import TallyCore

/// Values of the members of JSON records.
extension FieldReader {
    /// An object, such as a body.
    static func object(_ value: JSONValue, field: @autoclosure () -> String) throws(RecordFailure) -> JSONValue {
        guard value.kind == .object else {
            throw RecordFailure("\(field()) is not an object; write the body as JSON, or null")
        }
        return value
    }

    /// The text of a name; a number is the name its digits are.
    static func nameText(_ value: JSONValue, field: @autoclosure () -> String) throws(RecordFailure) -> JSONText {
        guard let text = value.text ?? value.numberText else {
            throw RecordFailure("\(field()) is not text; write a string or null")
        }
        return text
    }

    /// Text that is another one on every line; see ``text(_:field:)``.
    static func text(_ value: JSONValue, field: @autoclosure () -> String) throws(RecordFailure) -> String? {
        try text(try nameText(value, field: field()), field: field())
    }

    /// A whole number within bounds; a fraction is cut off.
    static func integer(
        _ value: JSONValue, in range: ClosedRange<Int>, field: @autoclosure () -> String
    ) throws(RecordFailure) -> Int {
        if case .integer(let read)? = value.integer, range.contains(Int(read)) { return Int(read) }
        return try integer(scalar(value), in: range, field: field())
    }

    /// The text of a string or number; a value of another kind gives text that no field accepts.
    static func scalar(_ value: JSONValue) -> String {
        if let text = value.text { return text.string }
        if let number = value.numberText { return number.string }
        switch value.kind {
        case .bool: return value.bool == true ? "true" : "false"
        case .array: return "[…]"
        default: return "{…}"
        }
    }
}
