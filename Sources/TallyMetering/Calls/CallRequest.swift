package import FastJSON

/// What the request of a call asks for, as far as accounting goes.
///
/// Messages, prompts and other input are looked at by none of this; of text to be spoken the characters are counted.
/// A body that is no JSON object and no form says nothing, and is no error.
package struct CallRequest: Sendable, Equatable {
    /// The model, as the body names it, else as the path does.
    package private(set) var model: String?
    /// Whether the answer is to be streamed.
    package private(set) var isStreamed = false
    /// On whose behalf the call is made (`user`).
    package private(set) var user: String?
    /// The plain members of `metadata` that can be kept.
    package private(set) var tags: [String: String]?
    /// The tier asked for, which need not be the one that serves.
    package private(set) var serviceTier: String?
    /// The most tokens that may be made for each choice, of all the limits that are stated the largest.
    package private(set) var maximumOutputTokens: Int64?
    /// How many choices are asked for (`n`).
    package private(set) var choices: Int64?
    /// How many characters are to be spoken.
    package private(set) var speechCharacters: Int64?
    /// For a streamed completion that does not say whether it wants its usage: the change of the body that asks for it.
    ///
    /// Then the chunk with the usage is none of the client's: see ``StreamRelay/init(dropsUsageChunk:)``.
    package private(set) var usageQuestion: BodyEdit?

    /// Bodies longer than this are read by a parser of their own, so that the one of a thread stays small.
    private static let sharedParserBytes = 256 << 10

    /// Reads a request.
    ///
    /// - Parameters:
    ///   - body: The whole body, not compressed; empty when there is none.
    ///   - path: The path below the upstream's base, such as `/v1/chat/completions`, with its query or without.
    ///   - contentType: The value of `Content-Type`; a form is known by it, and all else by its first byte.
    ///   - parser: Parses the body; none of its documents may be being read.
    package init(body: Span<UInt8>, path: String, contentType: String?, parser: JSONParser) {
        let exchange = Exchange(path: path)
        let form = contentType.flatMap(MultipartForm.init(contentType:))
        unsafe body.withUnsafeBytes { bytes in
            if let form {
                unsafe form.forEachField(in: bytes) { take(field: $0, $1) }
            } else {
                unsafe take(bytes, path: exchange.barePath, parser: parser)
            }
        }
        if model == nil { model = ModelInPath.model(exchange) }
        if Self.streams(exchange.barePath) { isStreamed = true }
    }

    /// Whether the path says that the answer is streamed: Google's and Amazon's do.
    private static func streams(_ path: Substring) -> Bool {
        path.hasSuffix(":streamGenerateContent") || path.hasSuffix("/converse-stream")
            || path.hasSuffix("/invoke-with-response-stream")
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer, path: Substring, parser: JSONParser) {
        // Who reads JSON from bytes passes over a byte order mark.
        let mark = unsafe bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        let count = bytes.count - mark
        let padded = unsafe Array(bytes[mark...]) + [UInt8](repeating: 0, count: JSONParser.padding)
        // What is no JSON says nothing.
        try? unsafe padded.withUnsafeBytes { padded in
            guard let source = unsafe JSONSource(padded) else { return }
            let parser = count > Self.sharedParserBytes ? try JSONParser() : parser
            try unsafe parser.withDocument(padded: UnsafeRawBufferPointer(rebasing: padded[..<count])) { root in
                take(root, path: path)
                if isStreamed, path.hasSuffix("/completions") {
                    usageQuestion = UsageQuestion.edit(root, in: source)?.shifted(by: mark)
                }
            }
        }
    }

    private mutating func take(_ root: JSONValue, path: Substring) {
        for (name, value) in root.members {
            switch name {
            case "model": model = Self.text(value.text)
            case "stream": isStreamed = value.bool == true
            case "user": user = Self.text(value.text)
            case "metadata": tags = TagReader.plainTags(value)
            case "service_tier": serviceTier = Self.text(value.text)
            case "max_tokens", "max_completion_tokens", "max_output_tokens":
                if let count = value.int64, count >= 0 { maximumOutputTokens = max(count, maximumOutputTokens ?? 0) }
            case "n": choices = value.int64.flatMap { $0 > 0 ? $0 : nil }
            case "input":
                if path.hasSuffix("/audio/speech") { speechCharacters = value.text.map(Self.characters) }
            default: break
            }
        }
    }

    private mutating func take(field name: JSONText, _ value: JSONText) {
        switch name {
        case "model": model = Self.text(value)
        case "user": user = Self.text(value)
        case "stream": isStreamed = ["true", "True", "1"].contains { value == $0 }
        case "n": choices = Int64(value.string).flatMap { $0 > 0 ? $0 : nil }
        default: break
        }
    }

    /// Text that can be kept; what is too long or has control characters is none.
    private static func text(_ text: JSONText?) -> String? {
        guard let text else { return nil }
        return try? FieldReader.text(text, field: "request")
    }

    /// How many characters a text has, by Unicode's scalars: every byte but those that continue one.
    private static func characters(_ text: JSONText) -> Int64 {
        var count: Int64 = 0
        for place in unsafe text.utf8.indices where unsafe text.utf8[place] & 0xC0 != 0x80 { count += 1 }
        return count
    }
}
