/// What may stand in the head of a request.
enum HeaderField {
    /// Fields that belong to one hop and follow from the body: never those of the request's maker.
    static let framing = ["Content-Length", "Transfer-Encoding", "Expect"]

    /// Refuses a field that would not be one field of the head.
    ///
    /// - Throws: ``TransferFailure/badRequest(detail:)`` without the value of the field.
    static func check(_ field: (name: String, value: String)) throws(TransferFailure) {
        guard isToken(field.name) else {
            throw .badRequest(detail: "a header field has a name that is no token")
        }
        // Line ends would begin another field, and a zero would end the text for libcurl.
        guard !field.value.utf8.contains(where: { $0 == 0x0D || $0 == 0x0A || $0 == 0 }) else {
            throw .badRequest(detail: "the value of the header field \(field.name) has a line end or a zero in it")
        }
    }

    /// Whether a text is a token of HTTP, such as a method or the name of a field.
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
                    UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
                    UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
                    true
                default: false
                }
            }
    }

    /// Whether two names are that of one field, however they are spelled.
    static func isSame(_ one: String, _ other: String) -> Bool {
        one.utf8.count == other.utf8.count && zip(one.utf8, other.utf8).allSatisfy { lower($0) == lower($1) }
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
