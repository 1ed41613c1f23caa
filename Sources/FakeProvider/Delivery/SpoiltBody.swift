internal import NIOCore

/// A body of which the second half is bytes that mean nothing, of the same length.
struct SpoiltBody: BodySource {
    let sound: any BodySource

    var pieceCount: Int { sound.pieceCount }
    var textPieces: Range<Int> { sound.textPieces }
    var length: Int? { sound.length }

    func write(_ piece: Int, into buffer: inout ByteBuffer) {
        var bytes = ByteBuffer()
        sound.write(piece, into: &bytes)
        let count = bytes.readableBytes
        let kept = pieceCount == 1 ? count / 2 : piece < pieceCount / 2 ? count : 0
        buffer.writeImmutableBuffer(bytes.readSlice(length: kept) ?? ByteBuffer())
        // No byte of JSON, of UTF-8 nor of an event's end.
        buffer.writeRepeatingByte(0xFE, count: count - kept)
    }
}
