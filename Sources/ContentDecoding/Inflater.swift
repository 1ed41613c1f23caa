import CZlib

/// One zlib stream that inflates gzip members, zlib streams or bare deflate, one after the other.
@safe
package final class Inflater: SteppingDecoder {
    /// What the deflated bytes are wrapped in.
    package enum Wrapper {
        /// A header with a checksum and a length behind: RFC 1952.
        case gzip
        /// Two bytes of header and a checksum: RFC 1950.
        case zlib
        /// Nothing: RFC 1951.
        case none
    }

    /// About what zlib takes for one stream, in bytes.
    package static let memoryBytes = 48 * 1024

    /// Owned.
    ///
    /// It stays where it is, since zlib keeps a pointer back to it.
    private let stream: UnsafeMutablePointer<z_stream>
    private let wrapper: Wrapper

    /// A stream at its beginning; `nil` when there is no memory for it.
    package init?(_ wrapper: Wrapper) {
        self.wrapper = wrapper
        // 15 bits of window; 16 more ask for the gzip format, a negative number for none.
        let windowBits: Int32 =
            switch wrapper {
            case .gzip: 15 + 16
            case .zlib: 15
            case .none: -15
            }
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let status = unsafe inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        // Leaving here runs `deinit`: zlib refuses to end what was never begun, which does no harm.
        guard status == Z_OK else { return nil }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deinitialize(count: 1)
        unsafe stream.deallocate()
    }

    /// Makes ready for the next member.
    ///
    /// - Returns: Whether there may be one: of gzip alone.
    @discardableResult
    package func restart() -> Bool {
        unsafe inflateReset(stream)
        return wrapper == .gzip
    }

    /// Inflates from `input` to `output`, neither of which is kept.
    package func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> DecodingStep {
        let inputCount = min(input.count, Int(Int32.max))
        let outputCount = min(output.count, Int(Int32.max))
        // zlib only reads the input, though its type does not say so. Neither pointer is used after this call.
        unsafe stream.pointee.next_in = unsafe UnsafeMutableRawPointer(mutating: input.baseAddress)?
            .assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_in = UInt32(inputCount)
        unsafe stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_out = UInt32(outputCount)
        let status = unsafe inflate(stream, Z_NO_FLUSH)
        let consumed = unsafe inputCount - Int(stream.pointee.avail_in)
        let produced = unsafe outputCount - Int(stream.pointee.avail_out)
        return DecodingStep(consumed: consumed, produced: produced, outcome: outcome(of: status))
    }

    private func outcome(of status: Int32) -> DecodingStep.Outcome {
        switch status {
        case Z_OK, Z_BUF_ERROR: return .running
        case Z_STREAM_END: return .memberEnded
        case Z_MEM_ERROR: return .outOfMemory
        default:
            // The message is a constant of zlib.
            let message = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
            return .corrupt(detail: message ?? "zlib error \(status)")
        }
    }
}
