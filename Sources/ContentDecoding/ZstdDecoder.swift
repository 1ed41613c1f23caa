import CZstd

/// Zstandard frames (RFC 8878), one after the other.
@safe
package final class ZstdDecoder: SteppingDecoder {
    /// Owned.
    private let context: OpaquePointer

    /// Two to this power is the largest window of HTTP content: 8 MiB, as RFC 9659 has it.
    package static let contentWindowBits = 23
    /// Two to this power is the largest window of an archive: 128 MiB, as far as the `zstd` program goes unasked.
    package static let archiveWindowBits = 27

    /// A decoder at its beginning; `nil` when there is no memory for it.
    ///
    /// - Parameter windowBits: Two to this power is the largest window, and about the memory it may take.
    package init?(windowBits: Int = contentWindowBits) {
        guard let context = unsafe ZSTD_createDCtx() else { return nil }
        unsafe self.context = unsafe context
        let status = unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Int32(windowBits))
        if ZSTD_isError(status) != 0 { return nil }
    }

    deinit {
        unsafe ZSTD_freeDCtx(context)
    }

    /// The library begins the next frame by itself.
    package func restart() -> Bool { true }

    /// Decodes from `input` to `output`, neither of which is kept.
    package func step(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> DecodingStep {
        // Neither pointer is used after this call.
        var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let status = unsafe ZSTD_decompressStream(context, &target, &source)
        let outcome: DecodingStep.Outcome
        if ZSTD_isError(status) != 0 {
            // The text is a constant of the library.
            let detail = unsafe String(cString: ZSTD_getErrorName(status))
            outcome = detail == Self.outOfMemory ? .outOfMemory : .corrupt(detail: detail)
        } else {
            outcome = status == 0 ? .memberEnded : .running
        }
        return unsafe DecodingStep(consumed: source.pos, produced: target.pos, outcome: outcome)
    }

    /// The library's words for an allocation that failed; its codes are no part of its stable interface.
    private static let outOfMemory = "Allocation error : not enough memory"
}
