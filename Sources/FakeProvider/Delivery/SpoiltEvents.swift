internal import NIOCore

/// A stream with one malformed event half-way, after which it goes on as if nothing had been.
struct SpoiltEvents: BodySource {
    private static let malformed = ByteBuffer(
        bytes: Array("data: {\"id\":\"chatcmpl-\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"".utf8)
            + [0xC3, 0x28, 0xFF] + Array("\n\ndata\nno field at all\n:\ndata: nul\n\n".utf8))

    let sound: any BodySource
    private let middle: Int

    init(_ sound: any BodySource) {
        self.sound = sound
        middle = sound.pieceCount / 2
    }

    var pieceCount: Int { sound.pieceCount + 1 }
    var textPieces: Range<Int> { sound.textPieces.lowerBound..<sound.textPieces.upperBound + 1 }
    var length: Int? { nil }

    func write(_ piece: Int, into buffer: inout ByteBuffer) {
        if piece == middle {
            buffer.writeImmutableBuffer(Self.malformed)
        } else {
            sound.write(piece < middle ? piece : piece - 1, into: &buffer)
        }
    }
}
