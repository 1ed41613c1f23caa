internal import FastJSON

/// One event of a stream, or one object of a list that comes piece by piece, lent while it is handled.
@safe
struct StreamDocument {
    /// Its bytes, borrowed; `JSONParser.padding` more behind them are readable.
    let bytes: JSONText
    /// The name of an event (`event:`), borrowed, empty when it has none.
    let name: JSONText
    /// Whether it came to its end; what stands at the end of a stream that broke off need not be whole.
    let isWhole: Bool
    /// Whether it is larger than may be read, and so is not there.
    let isTooLarge: Bool

    /// Documents longer than this are read by a parser of their own, so that the one of a thread stays small.
    private static let sharedParserBytes = 256 << 10

    /// Lends some bytes as a document.
    ///
    /// - Parameters:
    ///   - padded: Its bytes, with `JSONParser.padding` more behind them.
    ///   - start: Where it begins among them.
    ///   - name: The name of its event.
    ///   - isWhole: Whether it came to its end.
    ///   - isTooLarge: Whether its bytes were dropped.
    ///   - body: Takes the document, of which nothing may be kept.
    static func lend(
        padded: [UInt8], from start: Int = 0, name: [UInt8] = [], isWhole: Bool, isTooLarge: Bool,
        to body: (StreamDocument) -> Void
    ) {
        unsafe padded.withUnsafeBytes { padded in
            unsafe name.withUnsafeBytes { name in
                let bytes = unsafe UnsafeRawBufferPointer(
                    rebasing: padded[start..<padded.count - JSONParser.padding])
                unsafe body(
                    StreamDocument(
                        bytes: JSONText(utf8: bytes), name: JSONText(utf8: name), isWhole: isWhole,
                        isTooLarge: isTooLarge))
            }
        }
    }

    /// Whether the bytes begin with some text.
    func starts(with text: StaticString) -> Bool {
        guard bytes.count >= text.utf8CodeUnitCount else { return false }
        return unsafe JSONText(utf8: UnsafeRawBufferPointer(rebasing: bytes.utf8[..<text.utf8CodeUnitCount])) == text
    }

    /// Whether the bytes may be an object.
    var looksLikeObject: Bool {
        unsafe bytes.utf8.first { !UInt8.isJSONSpace($0) } == UInt8(ascii: "{")
    }

    /// Lends the bytes as a document.
    ///
    /// - Returns: Whether they are one.
    func parse(with parser: JSONParser, _ body: (JSONValue) -> Void) -> Bool {
        do {
            let parser = bytes.count > Self.sharedParserBytes ? try JSONParser() : parser
            try unsafe parser.withDocument(padded: bytes.utf8) { body($0) }
            return true
        } catch {
            return false
        }
    }
}

extension UInt8 {
    /// Whether a byte is white space between the tokens of JSON.
    static func isJSONSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
    }
}
