/// Builds one compact JSON text, append by append.
///
/// Commas are its own business; the caller opens, names and closes in order. Strings are escaped where JSON asks for
/// it and no further, so equal values make equal bytes.
package struct JSONWriter: Sendable {
    /// What was written so far.
    package private(set) var bytes: [UInt8] = []

    /// A writer with room for this many bytes before it allocates again.
    package init(capacity: Int = 256) {
        bytes.reserveCapacity(capacity)
    }

    /// The text so far as a string.
    package var string: String { String(decoding: bytes, as: UTF8.self) }

    /// Starts over, keeping the memory.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    /// Opens an object.
    package mutating func beginObject() {
        separate()
        bytes.append(UInt8(ascii: "{"))
    }

    /// Closes the innermost object.
    package mutating func endObject() {
        bytes.append(UInt8(ascii: "}"))
    }

    /// Opens an array.
    package mutating func beginArray() {
        separate()
        bytes.append(UInt8(ascii: "["))
    }

    /// Closes the innermost array.
    package mutating func endArray() {
        bytes.append(UInt8(ascii: "]"))
    }

    /// Names the next value of an object.
    package mutating func key(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
    }

    /// Names the next value of an object, with a name read from a document.
    package mutating func key(_ name: JSONText) {
        text(name)
        bytes.append(UInt8(ascii: ":"))
    }

    /// Writes a string.
    package mutating func string(_ value: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { unsafe escape(UnsafeRawBufferPointer($0)) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes a string read from a document.
    package mutating func text(_ value: JSONText) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        unsafe escape(value.utf8)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes an integer.
    package mutating func integer(_ value: some BinaryInteger) {
        separate()
        bytes.append(contentsOf: String(value).utf8)
    }

    /// Writes a number as the text given, which must obey the JSON number grammar; a breach is a programmer's error.
    package mutating func numberText(_ text: String) {
        precondition(Self.isNumber(text.utf8), "not a JSON number")
        separate()
        bytes.append(contentsOf: text.utf8)
    }

    /// Writes a number read from a document as it stood there.
    package mutating func numberText(_ text: JSONText) {
        separate()
        unsafe bytes.append(contentsOf: text.utf8)
    }

    /// Writes true or false.
    package mutating func bool(_ value: Bool) {
        separate()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// Writes null.
    package mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    /// Writes a value of a document with all it holds, compact.
    package mutating func value(_ value: JSONValue) {
        switch value.kind {
        case .null: null()
        case .bool: bool(value.bool == true)
        case .number: if let number = value.numberText { numberText(number) }
        case .string: if let string = value.text { text(string) }
        case .array:
            beginArray()
            for element in value.elements { self.value(element) }
            endArray()
        case .object:
            beginObject()
            for (name, member) in value.members {
                key(name)
                self.value(member)
            }
            endObject()
        }
    }

    /// A value needs a comma before it exactly when another value ends just before: the last byte tells.
    private mutating func separate() {
        switch bytes.last {
        case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"), UInt8(ascii: ","): break
        default: bytes.append(UInt8(ascii: ","))
        }
    }

    private mutating func escape(_ text: UnsafeRawBufferPointer) {
        var start = 0
        var index = -1
        while true {
            index += 1
            // Most text has nothing to escape: eight bytes at a time.
            while index + 8 <= text.count,
                Self.isPlain(unsafe text.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            { index += 8 }
            if index >= text.count { break }
            let byte = unsafe text[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            unsafe bytes.append(contentsOf: text[start..<index])
            start = index + 1
            bytes.append(UInt8(ascii: "\\"))
            switch byte {
            case 0x08: bytes.append(UInt8(ascii: "b"))
            case 0x09: bytes.append(UInt8(ascii: "t"))
            case 0x0A: bytes.append(UInt8(ascii: "n"))
            case 0x0C: bytes.append(UInt8(ascii: "f"))
            case 0x0D: bytes.append(UInt8(ascii: "r"))
            case 0..<0x20:
                bytes.append(contentsOf: "u00".utf8)
                bytes.append(Self.hexDigit(byte >> 4))
                bytes.append(Self.hexDigit(byte & 15))
            default: bytes.append(byte)
            }
        }
        unsafe bytes.append(contentsOf: text[start...])
    }

    /// Whether none of eight bytes is a control character, a quote or a backslash.
    private static func isPlain(_ bytes: UInt64) -> Bool {
        let ones = 0x0101_0101_0101_0101 as UInt64
        func hasZero(_ bytes: UInt64) -> UInt64 { (bytes &- ones) & ~bytes }
        let found =
            (bytes &- ones &* 0x20) & ~bytes | hasZero(bytes ^ ones &* UInt64(UInt8(ascii: "\"")))
            | hasZero(bytes ^ ones &* UInt64(UInt8(ascii: "\\")))
        return found & ones &* 0x80 == 0
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    private static func isNumber(_ text: String.UTF8View) -> Bool {
        var rest = text[...]
        func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let whole = rest.prefix(while: isDigit)
        if whole.isEmpty || (whole.count > 1 && whole.first == UInt8(ascii: "0")) { return false }
        rest = rest.dropFirst(whole.count)
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix(while: isDigit)
            if fraction.isEmpty { return false }
            rest = rest.dropFirst(1 + fraction.count)
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            let exponent = rest.prefix(while: isDigit)
            if exponent.isEmpty { return false }
            rest = rest.dropFirst(exponent.count)
        }
        return rest.isEmpty
    }
}
