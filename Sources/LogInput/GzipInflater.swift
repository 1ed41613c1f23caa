import CZlib

/// One zlib stream that inflates gzip members, one after the other.
@safe
final class GzipInflater {
    /// What one step came to.
    enum Outcome {
        /// Go on, with more input or more room.
        case running
        /// A member ended, its checksum and length being right.
        case memberEnded
        /// The stream is damaged.
        case corrupt(String)
        /// zlib found no memory.
        case outOfMemory
    }

    /// Owned.
    ///
    /// It stays where it is, since zlib keeps a pointer back to it.
    private let stream: UnsafeMutablePointer<z_stream>

    /// About what zlib takes for one stream, in bytes.
    static let memoryBytes = 48 * 1024

    init?() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 bits of window, and 16 to ask for the gzip format.
        let status = unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { return nil }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deinitialize(count: 1)
        unsafe stream.deallocate()
    }

    /// Makes ready for the next member.
    func reset() {
        unsafe inflateReset(stream)
    }

    /// Inflates from `input` to `output`; says how many bytes of each it used.
    func inflate(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> (consumed: Int, produced: Int, outcome: Outcome) {
        let inputCount = min(input.count, Int(Int32.max))
        let outputCount = min(output.count, Int(Int32.max))
        // zlib only reads the input, though its type does not say so. Neither pointer is used after this call.
        unsafe stream.pointee.next_in = unsafe UnsafeMutableRawPointer(mutating: input.baseAddress)?
            .assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_in = UInt32(inputCount)
        unsafe stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_out = UInt32(outputCount)
        let status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
        let consumed = unsafe inputCount - Int(stream.pointee.avail_in)
        let produced = unsafe outputCount - Int(stream.pointee.avail_out)
        switch status {
        case Z_OK, Z_BUF_ERROR: return (consumed, produced, .running)
        case Z_STREAM_END: return (consumed, produced, .memberEnded)
        case Z_MEM_ERROR: return (consumed, produced, .outOfMemory)
        default:
            // The message is a constant of zlib.
            let message = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
            return (consumed, produced, .corrupt(message ?? "zlib error \(status)"))
        }
    }
}
