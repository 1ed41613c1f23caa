internal import NIOCore

/// Bytes that mean nothing, as many as asked for.
struct FillerBody: BodySource {
    private static let pieceBytes = 65_536
    private static let filler = ByteBuffer(repeating: UInt8(ascii: "x"), count: pieceBytes)

    let count: Int

    var pieceCount: Int { (count + Self.pieceBytes - 1) / Self.pieceBytes }
    var textPieces: Range<Int> { 0..<pieceCount }
    var length: Int? { count }

    func write(_ piece: Int, into buffer: inout ByteBuffer) {
        let size = min(Self.pieceBytes, count - piece * Self.pieceBytes)
        guard let bytes = Self.filler.getSlice(at: 0, length: size) else { return }
        if buffer.readableBytes == 0 { buffer = bytes } else { buffer.writeImmutableBuffer(bytes) }
    }
}
