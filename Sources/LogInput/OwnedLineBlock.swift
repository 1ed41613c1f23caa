/// The lines of a block in memory of their own, so that another thread can go through them while the reader reads on.
package struct OwnedLineBlock: Sendable {
    private let firstLineNumber: Int
    private let byteOffset: Int
    private let maxLineBytes: Int
    /// The lines with their ends, and behind them what must be readable.
    private let padded: [UInt8]
    /// The lengths of a line too long to be held, and of its end.
    private let skipped: (length: Int, terminatorLength: Int)?

    /// A copy of a block.
    package init(_ block: LineBlock) {
        firstLineNumber = block.firstLineNumber
        byteOffset = block.byteOffset
        maxLineBytes = block.maxLineBytes
        skipped = block.skipped.map { ($0.length, $0.terminatorLength) }
        let count = unsafe block.bytes.count + LineReader.padding
        padded = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(from: block.bytes)
            for index in unsafe block.bytes.count..<count { unsafe buffer[index] = 0 }
            initialized = count
        }
    }

    /// Bytes of the lines with their ends.
    package var count: Int { padded.count - LineReader.padding }

    /// Lends the lines; none of them may be kept.
    ///
    /// - Parameter body: Goes through them.
    /// - Returns: What it returns.
    package func withLines<Result>(_ body: (LineBlock) -> Result) -> Result {
        unsafe padded.withUnsafeBytes { buffer in
            let bytes = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<count])
            let line: Line? =
                if let skipped {
                    unsafe Line(
                        number: firstLineNumber, byteOffset: byteOffset, bytes: bytes, length: skipped.length,
                        terminatorLength: skipped.terminatorLength, isTooLong: skipped.length > maxLineBytes)
                } else {
                    nil
                }
            return body(
                unsafe LineBlock(
                    firstLineNumber: firstLineNumber, byteOffset: byteOffset, bytes: bytes,
                    maxLineBytes: maxLineBytes, skipped: line))
        }
    }
}
