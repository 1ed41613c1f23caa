/// One line of an input, borrowed from the reader's buffer.
@safe
package struct Line {
    /// Its place in the input, from 1.
    package let number: Int
    /// Where it begins in the input, decompressed, in bytes from 0.
    package let byteOffset: Int
    /// The line without its end.
    ///
    /// Valid until the reader's next call; `LineReader.padding` bytes behind it are readable. Empty when the line is
    /// too long.
    package let bytes: UnsafeRawBufferPointer
    /// Bytes of the line without its end, also when it is too long.
    package let length: Int
    /// Bytes of its end: 1 for a newline, 2 with a carriage return before it, 0 where the input ends without one.
    package let terminatorLength: Int
    /// Whether the line is longer than the reader allows, and was skipped.
    package let isTooLong: Bool

    /// Whether the line ends in a newline; only the last of an input may not.
    package var isTerminated: Bool { terminatorLength > 0 }
}
