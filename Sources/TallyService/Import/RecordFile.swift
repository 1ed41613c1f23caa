internal import LogInput
internal import TallyMetering

/// The records of a file as pieces of text, whatever they mean: lines, documents of several lines, or rows of a table.
final class RecordFile {
    /// The text of one record, lent until the next is asked for.
    @safe
    struct Piece {
        /// The line it begins on, from 1.
        let line: Int
        /// Where it begins in the decompressed file.
        let byteOffset: Int
        /// Where the next one begins.
        let end: LineStart
        let text: Text
    }

    /// What a piece holds.
    @safe
    enum Text {
        /// JSON, with `LineReader.padding` bytes readable behind it; cut off where the file ended before it did.
        case json(UnsafeRawBufferPointer, isCutOff: Bool)
        /// A row of a table, whose cells are asked of the reader.
        case row(CSVReader)
        /// Nothing: an empty line.
        case empty
        /// Nothing that can be read.
        case bad(RecordFailure)
    }

    private enum Layout {
        /// JSON, of which the first line tells whether documents go over several.
        case undecided(LineReader)
        case lines(LineReader)
        case documents(JSONDocumentReader)
        case table(CSVReader)
    }

    private var layout: Layout

    /// A file of lines.
    ///
    /// - Parameters:
    ///   - lines: The lines, not begun yet.
    ///   - isTable: Whether they are a table, with its header first.
    /// - Throws: The fault of the file; `badHeader`.
    init(_ lines: LineReader, isTable: Bool) throws(LogInputError) {
        layout = isTable ? .table(try CSVReader(lines: lines)) : .undecided(lines)
    }

    /// The header of a table; `nil` when the file is none.
    var header: [String]? {
        if case .table(let reader) = layout { reader.header } else { nil }
    }

    /// The reader of its lines.
    var lines: LineReader {
        switch layout {
        case .undecided(let lines), .lines(let lines): lines
        case .documents(let documents): documents.lines
        case .table(let table): table.lines
        }
    }

    /// The next piece; `nil` at the end.
    func next() throws(LogInputError) -> Piece? {
        switch layout {
        case .lines(let reader): return try reader.next().map { piece(of: $0, limits: reader.limits) }
        case .undecided(let reader): return try first(reader)
        case .documents(let reader): return try reader.next().map { piece(of: $0, limits: reader.lines.limits) }
        case .table(let reader):
            guard let row = try reader.next() else { return nil }
            return Piece(
                line: row.lineNumber, byteOffset: row.byteOffset,
                end: LineStart(byteOffset: row.endOffset, lineNumber: row.lineNumber + 1),
                text: row.problem.map { .bad(.badRow($0.description)) } ?? .row(reader))
        }
    }

    private func first(_ reader: LineReader) throws(LogInputError) -> Piece? {
        guard let line = try reader.next() else { return nil }
        if JSONDocumentReader.isOpen(line) {
            layout = .documents(JSONDocumentReader(lines: reader, first: line))
            return try next()
        }
        let piece = piece(of: line, limits: reader.limits)
        if case .empty = piece.text { return piece }
        layout = .lines(reader)
        return piece
    }

    private func piece(of line: Line, limits: LineReader.Limits) -> Piece {
        let text: Text =
            if line.isTooLong {
                .bad(.lineTooLong(line.length, limit: limits.maxLineBytes))
            } else if unsafe line.bytes.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) {
                .empty
            } else {
                unsafe .json(line.bytes, isCutOff: !line.isTerminated)
            }
        return Piece(line: line.number, byteOffset: line.byteOffset, end: line.next, text: text)
    }

    private func piece(of document: JSONDocument, limits: LineReader.Limits) -> Piece {
        Piece(
            line: document.lineNumber, byteOffset: document.byteOffset, end: document.end,
            text: unsafe document.isTooLong
                ? .bad(.documentTooLong(document.length, limit: limits.maxLineBytes))
                : .json(document.bytes, isCutOff: document.isCutOff))
    }
}
