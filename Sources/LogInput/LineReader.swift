#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads an input line by line: a file, a gzip or Zstandard archive, or a pipe.
///
/// It blocks, and is not `Sendable`: the caller runs it on a thread of its own. Memory stays the same for an input of
/// any size: one block, or one line of the greatest length allowed and one block. A UTF-8 byte order mark at the start
/// is skipped. After an error every further call throws it again.
@safe
package final class LineReader {
    /// How much is held at once.
    package struct Limits: Equatable, Sendable {
        /// Bytes read at once.
        package var blockBytes: Int
        /// Bytes of the longest line delivered, without its end; longer ones are reported and skipped.
        package var maxLineBytes: Int

        /// Limits; by default blocks of 1 MiB and lines of 16 MiB.
        package init(blockBytes: Int = 1 << 20, maxLineBytes: Int = 16 << 20) {
            precondition(blockBytes > 0 && maxLineBytes > 0 && maxLineBytes <= 1 << 30)
            self.blockBytes = blockBytes
            self.maxLineBytes = maxLineBytes
        }
    }

    /// Bytes readable behind every line.
    package static let padding = 64

    /// The path, or `standard input`.
    package var name: String { source.name }
    /// Bytes read from the file so far, compressed as they may be: for a progress bar.
    package var bytesRead: Int { source.bytesRead }
    /// Bytes of the file; nil for a pipe.
    package var totalBytes: Int? { source.totalBytes }
    /// Bytes of memory the line buffer takes.
    package var bufferBytes: Int { unsafe buffer.count }
    /// The limits it was made with.
    package let limits: Limits
    /// Whether a last line that lacks its end is kept back, since a writer may be in the middle of it.
    ///
    /// It comes once its end is there, or this is no longer so, after ``readOn()``.
    package var keepsOpenLine = false

    private let source: ByteSource
    private var buffer: UnsafeMutableRawBufferPointer
    /// The bytes not delivered yet lie at `start..<end` of the buffer.
    private var start = 0
    private var end = 0
    /// Where the buffer begins in the decompressed input.
    private var bufferOffset = 0
    private var nextLineNumber = 1
    private var isStarted = false
    private var isAtEnd = false
    private var failure: LogInputError?
    private var current: LineBlock.Iterator?

    /// Opens a file; `-` is standard input.
    ///
    /// - Throws: `notFound`, `isDirectory`, `permissionDenied` or `system`.
    package convenience init(
        path: String, limits: Limits = Limits(), from start: LineStart = LineStart()
    ) throws(LogInputError) {
        try self.init(Descriptor.reading(path: path), limits: limits, from: start)
    }

    /// Reads an open file descriptor, a pipe's end for example, from where the file begins, and closes it in the end.
    ///
    /// - Throws: `system` when the descriptor is not open.
    package convenience init(
        adopting fileDescriptor: Int32, name: String, limits: Limits = Limits(), from start: LineStart = LineStart()
    ) throws(LogInputError) {
        try self.init(Descriptor(adopting: fileDescriptor, name: name), limits: limits, from: start)
    }

    /// Reads bytes at hand.
    ///
    /// - Parameters:
    ///   - bytes: The bytes, plain or compressed.
    ///   - name: What errors call them.
    ///   - limits: How much is held at once.
    ///   - start: Where to begin.
    /// - Throws: `outOfMemory`.
    package convenience init(
        bytes: [UInt8], name: String, limits: Limits = Limits(), from start: LineStart = LineStart()
    ) throws(LogInputError) {
        try self.init(HeldBytes(bytes, name: name), limits: limits, from: start)
    }

    init(_ input: any ByteInput, limits: Limits, from start: LineStart = LineStart()) throws(LogInputError) {
        source = try ByteSource(input, from: start.byteOffset)
        self.limits = limits
        bufferOffset = start.byteOffset
        nextLineNumber = start.lineNumber
        unsafe buffer = Self.allocate(limits.blockBytes)
    }

    deinit {
        unsafe buffer.deallocate()
    }

    /// The next line, valid until the next call; nil at the end.
    ///
    /// - Throws: The fault of the input, when all whole lines before it were delivered.
    package func next() throws(LogInputError) -> Line? {
        while true {
            if let line = current?.next() { return line }
            guard let block = try loadBlock() else { return nil }
            current = block.makeIterator()
        }
    }

    /// The next lines at once, as many as one read gave, valid until the next call; nil at the end.
    ///
    /// A caller uses either this or `next()`: lines of a block begun with `next()` are not given again.
    ///
    /// - Throws: The fault of the input, when all whole lines before it were delivered.
    package func nextBlock() throws(LogInputError) -> LineBlock? {
        current = nil
        return try loadBlock()
    }

    /// Lets the reading go on behind the end, where the file may have grown meanwhile.
    package func readOn() {
        isAtEnd = false
    }

    /// The first byte that is not white space, without taking it: what tells the form of a log.
    ///
    /// To be asked before the first line is.
    ///
    /// - Returns: nil when there is none among the first ``peekedBytes``.
    /// - Throws: The fault of the input.
    package func firstVisibleByte() throws(LogInputError) -> UInt8? {
        if let failure { throw failure }
        if !isStarted { skipByteOrderMark() }
        var index = start
        while index - start < Self.peekedBytes {
            if index == end {
                if isAtEnd { return nil }
                let scanned = index - start
                try fill()
                index = start + scanned
                continue
            }
            let byte = unsafe buffer[index]
            if byte != 0x20, !(0x09...0x0D).contains(byte) { return byte }
            index += 1
        }
        return nil
    }

    /// How far ``firstVisibleByte()`` looks.
    private static let peekedBytes = 4096

    private func loadBlock() throws(LogInputError) -> LineBlock? {
        if !isStarted { skipByteOrderMark() }
        var scanned = start
        while true {
            if let newline = lastNewline(from: scanned) { return block(endingAt: newline + 1) }
            scanned = end
            // One more than allowed may yet be a carriage return, which does not count.
            if end - start > limits.maxLineBytes + 1 { return try skipLine() }
            if isAtEnd { return start < end && !keepsOpenLine ? block(endingAt: end) : nil }
            scanned -= start
            try fill()
        }
    }

    private func block(endingAt blockEnd: Int) -> LineBlock {
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: buffer[start..<blockEnd])
        let block = unsafe LineBlock(
            firstLineNumber: nextLineNumber, byteOffset: bufferOffset + start, bytes: bytes,
            maxLineBytes: limits.maxLineBytes)
        var lines = 0
        var position = 0
        while position < bytes.count, let base = bytes.baseAddress {
            lines += 1
            guard let newline = unsafe memchr(base + position, 0x0A, bytes.count - position) else { break }
            position = unsafe UnsafeRawPointer(newline) - base + 1
        }
        nextLineNumber += lines
        start = blockEnd
        return block
    }

    /// Reads on to the end of a line too long to hold, keeping none of it.
    private func skipLine() throws(LogInputError) -> LineBlock {
        let lineOffset = bufferOffset + start
        var lastByte: UInt8 = 0
        var length = 0
        var terminatorLength = 0
        while true {
            if start == end {
                guard !isAtEnd else { break }
                try fill()
                continue
            }
            let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[start..<end])
            if let base = rest.baseAddress, let newline = unsafe memchr(base, 0x0A, rest.count) {
                let count = unsafe UnsafeRawPointer(newline) - base
                if count > 0 { lastByte = unsafe rest[count - 1] }
                length += count
                start += count + 1
                terminatorLength = 1
                if lastByte == 0x0D {
                    length -= 1
                    terminatorLength = 2
                }
                break
            }
            lastByte = unsafe rest[rest.count - 1]
            length += rest.count
            start = end
        }
        let line = unsafe Line(
            number: nextLineNumber, byteOffset: lineOffset, bytes: UnsafeRawBufferPointer(start: nil, count: 0),
            length: length, terminatorLength: terminatorLength, isTooLong: length > limits.maxLineBytes)
        nextLineNumber += 1
        return unsafe LineBlock(
            firstLineNumber: line.number, byteOffset: lineOffset, bytes: line.bytes,
            maxLineBytes: limits.maxLineBytes, skipped: line)
    }

    private func skipByteOrderMark() {
        isStarted = true
        if bufferOffset > 0 { return }
        // A fault is kept, and thrown when the lines before it are delivered.
        while end < 3, !isAtEnd, failure == nil { try? fill() }
        if end >= 3, unsafe buffer[0] == 0xEF, unsafe buffer[1] == 0xBB, unsafe buffer[2] == 0xBF { start = 3 }
    }

    private func lastNewline(from scanned: Int) -> Int? {
        // Mostly there is none in the middle of a long line, and that is found out fastest from the front.
        guard scanned < end, let base = unsafe buffer.baseAddress,
            unsafe memchr(base + scanned, 0x0A, end - scanned) != nil
        else {
            return nil
        }
        var index = end - 1
        while index >= scanned {
            if unsafe buffer[index] == 0x0A { return index }
            index -= 1
        }
        return nil
    }

    /// Moves what is left to the front, makes room and reads once.
    private func fill() throws(LogInputError) {
        if let failure { throw failure }
        if start > 0 {
            if start < end, let base = unsafe buffer.baseAddress {
                unsafe memmove(base, base + start, end - start)
            }
            bufferOffset += start
            end -= start
            start = 0
        }
        var room = unsafe buffer.count - Self.padding - end
        if room < max(1, limits.blockBytes / 2) {
            let wanted = min(max(limits.blockBytes, end * 2), limits.maxLineBytes + 2) + limits.blockBytes
            let larger = unsafe Self.allocate(wanted)
            unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<end]))
            unsafe buffer.deallocate()
            unsafe buffer = unsafe larger
            room = wanted - end
        }
        do {
            let free = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[end..<end + min(room, limits.blockBytes)])
            let count = unsafe try source.read(into: free)
            end += count
            isAtEnd = count == 0
        } catch {
            failure = error
            throw error
        }
    }

    private static func allocate(_ count: Int) -> UnsafeMutableRawBufferPointer {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count + padding, alignment: 64)
        // Behind the last byte read, memory is looked at but not used: it is set once all the same.
        unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0)
        return unsafe buffer
    }
}
