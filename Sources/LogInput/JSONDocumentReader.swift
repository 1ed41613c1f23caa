/// Reads JSON documents that go over several lines: one, several on end, or the elements of an array, one by one.
///
/// Only brackets and strings are looked at, so that what is lent may be no JSON all the same. Since no string goes over
/// a line's end, a document with an open one ends there, and the next begins on the line behind it. Memory stays the
/// same for an input of any size: that of the lines, and one document of the greatest length of a line.
@safe
package final class JSONDocumentReader {
    /// The reader of its lines.
    package let lines: LineReader

    private var line: Line?
    /// How much of `line` is done with.
    private var index = 0
    /// Whether the elements of an array are being read.
    private var isInArray = false
    private var document = OpenDocument()
    private var text = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)

    /// A document of which the end has not come yet.
    fileprivate struct OpenDocument {
        var isBegun = false
        var lineNumber = 0
        var byteOffset = 0
        var length = 0
        /// Bytes of `text`, which are fewer than `length` in a document that is too long.
        var held = 0
        var depth = 0
        var isInString = false
        var isEscaped = false
    }

    /// The storage is kept for reuse up to this size.
    private static let keptBytes = 1 << 20

    /// A reader of documents.
    ///
    /// - Parameters:
    ///   - lines: The lines they are in.
    ///   - first: The line read last, with which the documents begin.
    package init(lines: LineReader, first: Line? = nil) {
        self.lines = lines
        line = first
    }

    deinit {
        unsafe text.deallocate()
    }

    /// Whether a line, the first of an input, is not whole by itself: it begins or goes on with something that later
    /// lines end.
    package static func isOpen(_ line: Line) -> Bool {
        let first = unsafe line.bytes.first { !isSpace($0) }
        let last = unsafe line.bytes.last { !isSpace($0) }
        switch last {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ","), UInt8(ascii: ":"): return true
        default: return first == UInt8(ascii: "]") || first == UInt8(ascii: "}") || first == UInt8(ascii: ",")
        }
    }

    /// The next document, valid until the next call; nil at the end.
    ///
    /// - Throws: The fault of the input, when all documents before it were delivered.
    package func next() throws(LogInputError) -> JSONDocument? {
        if !document.isBegun { trim() }
        while true {
            guard let line = try currentLine() else {
                guard document.isBegun, !lines.keepsOpenLine else { return nil }
                return finish(at: LineStart(byteOffset: document.byteOffset + document.length), isCutOff: true)
            }
            if line.isTooLong {
                // What brackets it holds is not known, so the document ends with it.
                self.line = nil
                if !document.isBegun { begin(line, at: 0) }
                document.length += line.length
                return finish(at: line.next, isCutOff: false)
            }
            if !document.isBegun, !seek(in: line) {
                self.line = nil
                continue
            }
            if let end = scan(line) { return finish(at: place(behind: end, in: line), isCutOff: false) }
            self.line = nil
        }
    }

    private func currentLine() throws(LogInputError) -> Line? {
        if let line { return line }
        line = try lines.next()
        index = 0
        return line
    }

    private func begin(_ line: Line, at place: Int) {
        document = OpenDocument(isBegun: true, lineNumber: line.number, byteOffset: line.byteOffset + place)
    }

    /// Goes to where the next document begins in a line; false when none does.
    private func seek(in line: Line) -> Bool {
        while unsafe index < line.bytes.count {
            let byte = unsafe line.bytes[index]
            switch byte {
            // What stands between the elements of an array is also what a reading begins with that goes on in one.
            case _ where Self.isSpace(byte), UInt8(ascii: ","): break
            case UInt8(ascii: "]"): isInArray = false
            case UInt8(ascii: "[") where !isInArray: isInArray = true
            default:
                begin(line, at: index)
                return true
            }
            index += 1
        }
        return false
    }

    /// Takes what of a line belongs to the document.
    ///
    /// - Returns: Where the document ends in the line; nil when it goes on behind it.
    private func scan(_ line: Line) -> Int? {
        let start = index
        var end: Int?
        while end == nil, unsafe index < line.bytes.count {
            let byte = unsafe line.bytes[index]
            if document.depth == 0, !document.isInString,
                byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]")
            {
                end = index
                break
            }
            index += 1
            if document.take(byte) { end = index }
        }
        // A string, or what is neither object nor array, does not go on behind the end of a line.
        if end == nil, document.isInString || document.depth <= 0 { end = index }
        let piece = unsafe UnsafeRawBufferPointer(rebasing: line.bytes[start..<(end ?? index)])
        unsafe take(piece)
        if end == nil { take(newline: line.terminatorLength) }
        return end
    }

    private func take(newline length: Int) {
        if length == 0 { return }
        var newline = UInt8(0x0A)
        unsafe withUnsafeBytes(of: &newline) { unsafe take($0) }
        document.length += length - 1
    }

    private func take(_ piece: UnsafeRawBufferPointer) {
        document.length += piece.count
        guard document.length <= lines.limits.maxLineBytes else { return }
        reserve(document.held + piece.count + LineReader.padding)
        let place = unsafe UnsafeMutableRawBufferPointer(
            rebasing: text[document.held..<document.held + piece.count])
        unsafe place.copyMemory(from: piece)
        document.held += piece.count
    }

    /// The place behind a document, or the next line if nothing else is in this one.
    private func place(behind end: Int, in line: Line) -> LineStart {
        guard unsafe line.bytes[end...].allSatisfy(Self.isSpace) else {
            return LineStart(byteOffset: line.byteOffset + end, lineNumber: line.number)
        }
        return line.next
    }

    private func finish(at end: LineStart, isCutOff: Bool) -> JSONDocument {
        defer { document = OpenDocument() }
        let isTooLong = document.length > lines.limits.maxLineBytes
        return unsafe JSONDocument(
            lineNumber: document.lineNumber, byteOffset: document.byteOffset, end: end,
            bytes: UnsafeRawBufferPointer(rebasing: text[..<(isTooLong ? 0 : document.held)]),
            length: document.length, isTooLong: isTooLong, isCutOff: isCutOff)
    }

    private func reserve(_ count: Int) {
        guard unsafe text.count < count else { return }
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: max(64 << 10, count * 2), alignment: 64)
        unsafe larger.initializeMemory(as: UInt8.self, repeating: 0)
        unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: text[..<document.held]))
        unsafe text.deallocate()
        unsafe text = unsafe larger
    }

    /// Gives back the memory of a document far longer than most.
    private func trim() {
        guard unsafe text.count > Self.keptBytes else { return }
        unsafe text.deallocate()
        unsafe text = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

extension Line {
    /// Where the line behind it begins.
    package var next: LineStart {
        LineStart(byteOffset: byteOffset + length + terminatorLength, lineNumber: number + 1)
    }
}

extension JSONDocumentReader.OpenDocument {
    /// Takes notice of the next byte.
    ///
    /// - Returns: Whether the document ends with it.
    fileprivate mutating func take(_ byte: UInt8) -> Bool {
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return false
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            return depth <= 0
        default: break
        }
        return false
    }
}
