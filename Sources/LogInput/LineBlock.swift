#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Many whole lines at once, borrowed from the reader's buffer until its next call.
@safe
package struct LineBlock: Sequence {
    /// Goes through the lines of a block.
    @safe
    package struct Iterator: IteratorProtocol {
        private let block: LineBlock
        private var position = 0
        private var number: Int

        fileprivate init(_ block: LineBlock) {
            self.block = block
            number = block.firstLineNumber
        }

        /// The next line; nil behind the last.
        package mutating func next() -> Line? {
            if let skipped = block.skipped {
                guard position == 0 else { return nil }
                position = 1
                return skipped
            }
            guard unsafe position < block.bytes.count, let base = unsafe block.bytes.baseAddress else { return nil }
            let start = unsafe base + position
            let rest = unsafe block.bytes.count - position
            var length = rest
            var terminatorLength = 0
            if let newline = unsafe memchr(start, 0x0A, rest) {
                length = unsafe UnsafeRawPointer(newline) - start
                terminatorLength = 1
                if length > 0, unsafe start.load(fromByteOffset: length - 1, as: UInt8.self) == 0x0D {
                    length -= 1
                    terminatorLength = 2
                }
            }
            let isTooLong = length > block.maxLineBytes
            let line = unsafe Line(
                number: number, byteOffset: block.byteOffset + position,
                bytes: UnsafeRawBufferPointer(start: start, count: isTooLong ? 0 : length), length: length,
                terminatorLength: terminatorLength, isTooLong: isTooLong)
            position += length + terminatorLength
            number += 1
            return line
        }
    }

    /// The number of the first line, from 1.
    package let firstLineNumber: Int
    /// Where the block begins in the input, decompressed, in bytes from 0.
    package let byteOffset: Int
    /// The lines with their ends.
    package let bytes: UnsafeRawBufferPointer
    /// Bytes of the longest line that is held.
    package let maxLineBytes: Int
    /// Set when the block is one line too long to be held.
    let skipped: Line?

    init(
        firstLineNumber: Int, byteOffset: Int, bytes: UnsafeRawBufferPointer, maxLineBytes: Int, skipped: Line? = nil
    ) {
        self.firstLineNumber = firstLineNumber
        self.byteOffset = byteOffset
        unsafe self.bytes = unsafe bytes
        self.maxLineBytes = maxLineBytes
        self.skipped = skipped
    }

    package func makeIterator() -> Iterator {
        Iterator(self)
    }
}
