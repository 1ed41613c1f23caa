internal import FastJSON

extension String {
    /// The text as a JSON string, with its quotes.
    var json: String {
        let isPlain = utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        if isPlain { return "\"\(self)\"" }
        var writer = JSONWriter()
        writer.string(self)
        return writer.string
    }
}
