import CBrotli

/// One brotli stream (RFC 7932), whose window is 16 MiB at most.
@safe
final class BrotliDecoder: SteppingDecoder {
    /// Owned.
    private let state: OpaquePointer

    init?() {
        guard let state = unsafe BrotliDecoderCreateInstance(nil, nil, nil) else { return nil }
        unsafe self.state = unsafe state
    }

    deinit {
        unsafe BrotliDecoderDestroyInstance(state)
    }

    /// Nothing follows the end of a brotli stream.
    func restart() -> Bool { false }

    func step(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> DecodingStep {
        var inputLeft = input.count
        var outputLeft = output.count
        // Neither pointer is used after this call.
        var next = unsafe input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var target = unsafe output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let result = unsafe BrotliDecoderDecompressStream(
            state, &inputLeft, &next, &outputLeft, &target, nil)
        let outcome: DecodingStep.Outcome =
            switch result {
            case BROTLI_DECODER_RESULT_SUCCESS: .memberEnded
            case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT, BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT: .running
            default: failure
            }
        return DecodingStep(
            consumed: input.count - inputLeft, produced: output.count - outputLeft, outcome: outcome)
    }

    private var failure: DecodingStep.Outcome {
        let code = unsafe BrotliDecoderGetErrorCode(state)
        // Those of -21 to -31 are allocations that failed.
        if (-31 ... -21).contains(code.rawValue) { return .outOfMemory }
        // The text is a constant of the library.
        guard let text = unsafe BrotliDecoderErrorString(code) else {
            return .corrupt(detail: "brotli error \(code.rawValue)")
        }
        return .corrupt(detail: unsafe String(cString: text))
    }
}
