/// What one step of a decoder came to.
package struct DecodingStep {
    /// What became of the stream.
    package enum Outcome {
        /// Go on, with more input or more room.
        case running
        /// What was coded as one has ended, its checksum and length, where it has them, being right.
        case memberEnded
        /// The stream is damaged; the detail is a constant of the library.
        case corrupt(detail: String)
        /// The library found no memory.
        case outOfMemory
    }

    /// The bytes of the input that were used.
    package let consumed: Int
    /// The bytes that were put into the output.
    package let produced: Int
    /// What became of the stream.
    package let outcome: Outcome
}

/// Undoes one coding, step by step.
package protocol SteppingDecoder: AnyObject {
    /// Decodes from `input` to `output`, neither of which is kept.
    func step(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> DecodingStep

    /// Makes ready for what may follow the end of a member.
    ///
    /// - Returns: Whether anything may follow it.
    func restart() -> Bool
}
