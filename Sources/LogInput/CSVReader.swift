/// Reads a CSV file with a header, record by record.
///
/// Quotes are those of RFC 4180; a quoted field may hold separators and line ends. Empty lines are passed over. A bad
/// record is reported and does not end the reading; after a quote that never closes, it goes on with the next line.
package final class CSVReader {
    /// The names of the columns, in order.
    package let header: [String]
    /// What separates fields: `,`, `;` or a tab.
    package let delimiter: UInt8

    /// Bytes read from the file so far, compressed as they may be: for a progress bar.
    package var bytesRead: Int { lines.bytesRead }
    /// Bytes of the file; nil for a pipe.
    package var totalBytes: Int? { lines.totalBytes }

    /// The reader of its lines.
    package let lines: LineReader
    private var tokenizer: CSVTokenizer
    private let window = CSVWindow()

    /// Opens a CSV file and reads its header; `-` is standard input.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - delimiter: The separator; when nil, the most frequent of `,`, `;` and tab in the first line.
    ///   - limits: As for `LineReader`; a record of several lines is no longer than one line may be.
    /// - Throws: As `LineReader`, and `badHeader`.
    package convenience init(
        path: String, delimiter: UInt8? = nil, limits: LineReader.Limits = .init()
    ) throws(LogInputError) {
        try self.init(lines: LineReader(path: path, limits: limits), delimiter: delimiter)
    }

    /// Reads the header from lines not begun yet.
    ///
    /// - Throws: As `LineReader`, and `badHeader`.
    package init(lines: LineReader, delimiter: UInt8? = nil) throws(LogInputError) {
        self.lines = lines
        var first = try lines.next()
        while let line = first, line.length == 0 { first = try lines.next() }
        guard let line = first else { throw .badHeader(path: lines.name, reason: "the file is empty") }
        guard !line.isTooLong else {
            throw .badHeader(path: lines.name, reason: CSVProblem.tooLong(length: line.length).description)
        }
        let separator = unsafe delimiter ?? Self.mostFrequentSeparator(in: line.bytes)
        self.delimiter = separator
        tokenizer = CSVTokenizer(delimiter: separator)
        switch unsafe tokenizer.cut(line.bytes) {
        case .complete: break
        case .openQuote: throw .badHeader(path: lines.name, reason: CSVProblem.unclosedQuote.description)
        case .strayQuote(let offset):
            throw .badHeader(path: lines.name, reason: CSVProblem.strayQuote(byteOffset: offset).description)
        }
        var names: [String] = []
        for index in unsafe 0..<tokenizer.fields.count {
            unsafe names.append(String(decoding: tokenizer.fields[index], as: UTF8.self))
        }
        header = names
    }

    /// The place of a column, or nil when the header has none of this name; of two, the first.
    package func column(named name: String) -> Int? {
        header.firstIndex(of: name)
    }

    /// A field of the record read last, without its quotes; valid until the next record is read.
    ///
    /// The record must have no problem, and the index be one of the header's.
    package func field(at index: Int) -> UnsafeRawBufferPointer {
        unsafe tokenizer.fields[index]
    }

    /// A field of the record read last as a string, invalid UTF-8 repaired.
    package func string(at index: Int) -> String {
        unsafe String(decoding: field(at: index), as: UTF8.self)
    }

    /// The next record; nil at the end.
    ///
    /// - Throws: The fault of the input, when all whole lines before it were delivered.
    package func next() throws(LogInputError) -> CSVRecord? {
        while true {
            if window.isEmpty {
                guard let line = try lines.next() else { return nil }
                if line.length > 0 { return try record(startingWith: line) }
            } else {
                if window.firstLength > 0 { return try recordOfWindow() }
                window.removeFirst()
            }
        }
    }

    private func record(startingWith line: Line) throws(LogInputError) -> CSVRecord? {
        if line.isTooLong { return record(line.number, line.span, .tooLong(length: line.length)) }
        let outcome = unsafe tokenizer.cut(line.bytes)
        guard outcome == .openQuote else { return record(line.number, line.span, problem(of: outcome)) }
        // The quoted text goes on: from here the lines are kept, since the reader's own bytes go with its next call.
        window.append(line)
        return try recordOfWindow()
    }

    /// Reads the record that begins with the first line of the window, which is not empty.
    ///
    /// - Returns: The record; nil when its quote may yet be closed by lines to come.
    private func recordOfWindow() throws(LogInputError) -> CSVRecord? {
        let number = window.firstNumber
        let span = window.firstOffset..<window.firstEndOffset
        if let length = window.firstTooLongLength {
            window.removeFirst()
            return record(number, span, .tooLong(length: length))
        }
        var outcome = unsafe tokenizer.cut(window.text(ofLines: 1))
        guard outcome == .openQuote else {
            window.removeFirst()
            return record(number, span, problem(of: outcome))
        }
        var count = 1
        var quotes = window.quotes(inLine: 0)
        while quotes % 2 == 1 {
            if count == window.count {
                // The fault of the input is met again, when the lines kept are used up.
                do throws(LogInputError) {
                    guard let line = try lines.next() else {
                        if lines.keepsOpenLine { return nil }
                        break
                    }
                    window.append(line)
                } catch {
                    break
                }
            }
            guard !window.isTooLong(line: count), window.length(ofLines: count + 1) <= lines.limits.maxLineBytes else {
                break
            }
            quotes += window.quotes(inLine: count)
            count += 1
        }
        guard quotes % 2 == 0 else {
            window.removeFirst()
            return record(number, span, .unclosedQuote)
        }
        outcome = unsafe tokenizer.cut(window.text(ofLines: count))
        let end = outcome == .complete ? window.endOffset(ofLines: count) : span.upperBound
        if outcome == .complete {
            window.removeFirst(count)
        } else {
            window.removeFirst()
        }
        return record(number, span.lowerBound..<end, problem(of: outcome))
    }

    private func problem(of outcome: CSVTokenizer.Outcome) -> CSVProblem? {
        switch outcome {
        case .strayQuote(let offset): .strayQuote(byteOffset: offset)
        case .openQuote: .unclosedQuote
        case .complete:
            unsafe tokenizer.fields.count == header.count
                ? nil : .fieldCount(expected: header.count, found: tokenizer.fields.count)
        }
    }

    private func record(_ number: Int, _ span: Range<Int>, _ problem: CSVProblem?) -> CSVRecord {
        CSVRecord(lineNumber: number, byteOffset: span.lowerBound, endOffset: span.upperBound, problem: problem)
    }

    private static func mostFrequentSeparator(in line: UnsafeRawBufferPointer) -> UInt8 {
        let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
        var counts = [0, 0, 0]
        var isQuoted = false
        for index in 0..<line.count {
            let byte = unsafe line[index]
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if !isQuoted, let index = candidates.firstIndex(of: byte) { counts[index] += 1 }
        }
        // The comma wins a draw.
        if counts[1] > counts[0], counts[1] >= counts[2] { return candidates[1] }
        return counts[2] > counts[0] ? candidates[2] : candidates[0]
    }
}

extension Line {
    /// Where it lies in the input, with its end.
    fileprivate var span: Range<Int> { byteOffset..<byteOffset + length + terminatorLength }
}
