/// One coding of a body, and those that were applied before it.
final class DecodingStage {
    private enum Position {
        case start
        case within
        case betweenMembers
    }

    private let coding: ContentCoding
    private let next: DecodingStage?
    private var decoder: (any SteppingDecoder)?
    private var position = Position.start
    /// The bytes taken so far.
    private var byteOffset = 0

    init(_ coding: ContentCoding, next: DecodingStage?) {
        self.coding = coding
        self.next = next
    }

    /// Decodes a chunk, and what comes of it further.
    func decode(
        _ bytes: UnsafeRawBufferPointer, into body: (UnsafeRawBufferPointer) throws(ContentDecodingError) -> Void
    ) throws(ContentDecodingError) {
        var rest = unsafe bytes
        let window = UnsafeMutableRawBufferPointer.allocate(byteCount: ContentDecoder.windowBytes, alignment: 16)
        defer { unsafe window.deallocate() }
        while unsafe try begin(&rest), let decoder {
            let step = unsafe decoder.step(rest, into: window)
            unsafe rest = UnsafeRawBufferPointer(rebasing: rest[step.consumed...])
            byteOffset += step.consumed
            if step.produced > 0 {
                let piece = unsafe UnsafeRawBufferPointer(rebasing: window[..<step.produced])
                if let next { unsafe try next.decode(piece, into: body) } else { unsafe try body(piece) }
            }
            switch step.outcome {
            case .running:
                // A window that is not full was all there is.
                if rest.count == 0, step.produced < window.count { return }
                if step.consumed == 0, step.produced == 0 { throw corrupt("no progress") }
            case .memberEnded: position = .betweenMembers
            case .corrupt(let detail): throw corrupt(detail)
            case .outOfMemory: throw .outOfMemory(coding)
            }
        }
    }

    /// Ends the body.
    func finish() throws(ContentDecodingError) {
        if case .within = position { throw .truncated(coding, byteOffset: byteOffset) }
        try next?.finish()
    }

    /// Makes ready to decode some bytes.
    ///
    /// - Returns: Whether there is something to decode.
    private func begin(_ rest: inout UnsafeRawBufferPointer) throws(ContentDecodingError) -> Bool {
        switch position {
        case .within: return true
        case .start: break
        case .betweenMembers:
            // Some writers pad gzip with zeros.
            while coding == .gzip, unsafe rest.first == 0 {
                unsafe rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst())
                byteOffset += 1
            }
        }
        guard let first = unsafe rest.first else { return false }
        if case .betweenMembers = position {
            if decoder?.restart() == false { throw corrupt("bytes behind its end") }
        } else {
            decoder = coding.decoder(firstByte: first)
            if decoder == nil { throw .outOfMemory(coding) }
        }
        position = .within
        return true
    }

    private func corrupt(_ detail: String) -> ContentDecodingError {
        .corrupt(coding, byteOffset: byteOffset, detail: detail)
    }
}
