internal import NIOCore

/// A stream of server-sent events: some before the text, the pieces of the text, some behind it.
struct EventStream: BodySource {
    /// Whole events before the first piece of text.
    var leading: [ByteBuffer] = []
    /// The start of an event with a piece of text, up to the text; one for each choice of the answer.
    var openings: [ByteBuffer] = []
    /// What stands between the text and the number of the event, where there is one.
    var separator: ByteBuffer?
    /// The rest of that event.
    var closing = ByteBuffer()
    var text: InventedText
    /// The pieces of text of each choice.
    var chunks: Int
    /// Whole events behind the last piece of text.
    var trailing: [ByteBuffer] = []

    init(text: InventedText, chunks: Int) {
        self.text = text
        self.chunks = chunks
    }

    var textPieces: Range<Int> { leading.count..<leading.count + chunks * openings.count }
    var pieceCount: Int { textPieces.upperBound + trailing.count }
    var length: Int? { nil }

    func write(_ piece: Int, into buffer: inout ByteBuffer) {
        let range = textPieces
        if piece < range.lowerBound {
            buffer.writeImmutableBuffer(leading[piece])
        } else if piece >= range.upperBound {
            buffer.writeImmutableBuffer(trailing[piece - range.upperBound])
        } else {
            let index = piece - range.lowerBound
            buffer.writeImmutableBuffer(openings[index % openings.count])
            text.write(index / openings.count, of: chunks, into: &buffer)
            if let separator {
                buffer.writeImmutableBuffer(separator)
                buffer.writeString(String(piece))
            }
            buffer.writeImmutableBuffer(closing)
        }
    }
}
