internal import FastJSON

/// One event of a stream, or one object of a list that comes piece by piece, lent while it is handled.
struct StreamDocument {
    /// The name of an event (`event:`), empty when it has none.
    let name: [UInt8]
    /// Whether it came to its end; what stands at the end of a stream that broke off need not be whole.
    let isWhole: Bool
    /// Whether it is larger than may be read, and so is not there.
    let isTooLarge: Bool
    private let padded: [UInt8]
    private let count: Int

    /// A document.
    ///
    /// - Parameters:
    ///   - padded: Its bytes, with `JSONParser.padding` more behind them.
    ///   - name: The name of its event.
    ///   - isWhole: Whether it came to its end.
    ///   - isTooLarge: Whether its bytes were dropped.
    init(padded: [UInt8], name: [UInt8] = [], isWhole: Bool, isTooLarge: Bool) {
        self.name = name
        self.isWhole = isWhole
        self.isTooLarge = isTooLarge
        self.padded = padded
        count = padded.count - JSONParser.padding
    }

    /// The bytes, for those that want to keep them.
    var bytes: ArraySlice<UInt8> { padded[..<count] }

    /// Whether the bytes are those of some text.
    func isText(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { other in unsafe bytes.elementsEqual(other) }
    }

    /// Whether the bytes may be an object.
    var looksLikeObject: Bool {
        bytes.first { !UInt8.isJSONSpace($0) } == UInt8(ascii: "{")
    }

    /// Lends the bytes as a document.
    ///
    /// - Returns: Whether they are one.
    func parse(with parser: JSONParser, _ body: (JSONValue) -> Void) -> Bool {
        unsafe padded.withUnsafeBytes { buffer in
            do {
                try unsafe parser.withDocument(padded: UnsafeRawBufferPointer(rebasing: buffer[..<count])) { body($0) }
                return true
            } catch {
                return false
            }
        }
    }
}

extension UInt8 {
    /// Whether a byte is white space between the tokens of JSON.
    static func isJSONSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
    }
}
