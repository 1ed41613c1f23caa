internal import NIOCore

/// A body in pieces that can be made in any order, so that one of any length takes no memory.
protocol BodySource {
    var pieceCount: Int { get }
    /// The pieces that carry a piece of the answer's text.
    var textPieces: Range<Int> { get }
    /// The bytes of all pieces, when they are known without making them.
    var length: Int? { get }

    func write(_ piece: Int, into buffer: inout ByteBuffer)
}
