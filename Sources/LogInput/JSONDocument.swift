/// One JSON document of an input, borrowed from the reader's buffer.
@safe
package struct JSONDocument {
    /// The line it begins on, from 1.
    package let lineNumber: Int
    /// Where it begins in the input, decompressed, in bytes from 0.
    package let byteOffset: Int
    /// Where the next one begins at the earliest.
    package let end: LineStart
    /// Its text.
    ///
    /// Valid until the reader's next call; `LineReader.padding` bytes behind it are readable. Empty when the document is
    /// too long.
    package let bytes: UnsafeRawBufferPointer
    /// Bytes of it, also when it is too long.
    package let length: Int
    /// Whether it is longer than the reader allows, and was skipped.
    package let isTooLong: Bool
    /// Whether the input ended before it did.
    package let isCutOff: Bool
}
