internal import NIOCore

/// A body that is there at once.
struct WholeBody: BodySource {
    let bytes: ByteBuffer

    init(_ bytes: ByteBuffer) { self.bytes = bytes }

    var pieceCount: Int { 1 }
    var textPieces: Range<Int> { 0..<0 }
    var length: Int? { bytes.readableBytes }

    func write(_ piece: Int, into buffer: inout ByteBuffer) {
        if buffer.readableBytes == 0 { buffer = bytes } else { buffer.writeImmutableBuffer(bytes) }
    }
}
