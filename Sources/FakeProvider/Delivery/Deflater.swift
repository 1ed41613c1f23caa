import CZlib
internal import NIOCore

/// One zlib stream that compresses a body, piece by piece.
@safe
final class Deflater {
    /// Owned; it stays where it is, since zlib keeps a pointer back to it.
    private let stream: UnsafeMutablePointer<z_stream>

    /// A window of 4 KiB: thousands of streams at once must find room.
    private static let windowBits: Int32 = 12
    private static let memoryLevel: Int32 = 5

    /// A new stream; `nil` when zlib finds no memory.
    init?(_ encoding: FakeScript.Encoding) {
        let bits =
            switch encoding {
            case .gzip: Self.windowBits + 16
            case .deflate: Self.windowBits
            case .rawDeflate: -Self.windowBits
            }
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let status = unsafe deflateInit2_(
            stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, bits, Self.memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { return nil }
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deinitialize(count: 1)
        unsafe stream.deallocate()
    }

    /// Compresses a piece, so that all of it can be read at the other end; the last also ends the stream.
    func deflate(_ input: ByteBuffer, isLast: Bool) -> ByteBuffer {
        var output = ByteBuffer()
        unsafe input.withUnsafeReadableBytes { bytes in
            // zlib only reads the input, though its type does not say so; the pointer is not used after this closure.
            unsafe stream.pointee.next_in = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)?
                .assumingMemoryBound(to: UInt8.self)
            unsafe stream.pointee.avail_in = UInt32(bytes.count)
            var hasRoomLeft = false
            while !hasRoomLeft {
                unsafe output.writeWithUnsafeMutableBytes(minimumWritableBytes: 1_024) { room in
                    unsafe stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
                    unsafe stream.pointee.avail_out = UInt32(room.count)
                    _ = unsafe CZlib.deflate(stream, isLast ? Z_FINISH : Z_SYNC_FLUSH)
                    hasRoomLeft = unsafe stream.pointee.avail_out > 0
                    return unsafe room.count - Int(stream.pointee.avail_out)
                }
            }
        }
        return output
    }
}
