internal import NIOCore

/// The text of every answer: words that mean nothing unless the script tells them, in pieces, fit to stand within a
/// JSON string.
struct InventedText {
    private static let words: [ByteBuffer] = [
        "harbour", "lantern", "meadow", "quiet", "copper", "window", "river", "seven", "paper", "winter", "orchard",
        "signal", "velvet", "morning", "stone", "letter", "garden", "thunder", "silver", "bridge", "candle", "north",
        "feather", "island", "kettle", "mirror", "pepper", "ribbon", "saddle", "timber", "valley", "willow",
    ].map { ByteBuffer(string: $0 + " ") }
    private static let long = ByteBuffer(bytes: words.flatMap(\.readableBytesView))

    /// The bytes of each piece; without it a piece is one word.
    private let chunkBytes: Int?
    /// What each piece is, if the script says it, as it stands within a JSON string.
    private let told: String?
    /// Whether the text is the arguments of a tool: a JSON object, escaped.
    var isArguments = false

    /// The text that a script asks for.
    init(_ script: FakeScript) {
        chunkBytes = script.chunkBytes
        told = script.text.map { String($0.json.dropFirst().dropLast()) }
    }

    /// Writes one piece of a text of so many.
    func write(_ chunk: Int, of chunks: Int, into buffer: inout ByteBuffer) {
        if isArguments, chunk == 0 { buffer.writeStaticString(#"{\"text\":\""#) }
        if let told {
            buffer.writeString(told)
        } else if let chunkBytes {
            var rest = chunkBytes
            while rest > 0, let part = Self.long.getSlice(at: 0, length: min(rest, Self.long.readableBytes)) {
                buffer.writeImmutableBuffer(part)
                rest -= part.readableBytes
            }
        } else {
            buffer.writeImmutableBuffer(Self.words[chunk % Self.words.count])
        }
        if isArguments, chunk == chunks - 1 { buffer.writeStaticString(#"\"}"#) }
    }

    /// No text of so many pieces has more bytes.
    func atMost(_ chunks: Int) -> Int { chunks * (told?.utf8.count ?? chunkBytes ?? 10) }

    /// All pieces in a row.
    func whole(_ chunks: Int) -> String {
        var buffer = ByteBuffer()
        for chunk in 0..<chunks { write(chunk, of: chunks, into: &buffer) }
        return String(buffer: buffer)
    }
}
