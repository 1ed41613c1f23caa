internal import FastJSON
internal import LogInput
internal import TallyCore
internal import TallyMetering

/// The records of one file, whatever form it has.
final class RecordStream {
    /// One record: what its event's identity is made from, or why it is none.
    struct Record {
        let line: Int
        let byteOffset: Int
        let result: Result<IdentityHint, RecordFailure>
    }

    /// The path, or `standard input`.
    let path: String
    /// The form its events are told in.
    let form: String
    /// Bytes of the decompressed file that are done with.
    private(set) var position = 0

    private enum Shape {
        case lines(LineReader, JSONParser)
        case table(CSVReader)
    }

    private let shape: Shape
    private var events: EventRecordDecoder
    private var columns: ColumnRecordDecoder?

    /// Opens a file and finds out its form.
    ///
    /// - Throws: `LogInputError`; `RecordFailure` when a table's header lacks a column.
    init(path: String, request: ImportRequest) throws {
        let limits = LineReader.Limits(maxLineBytes: request.limits.maxLineBytes)
        let lines = try LineReader(path: path, limits: limits)
        self.path = lines.name
        events = EventRecordDecoder(defaults: request.defaults)
        let isTable =
            switch request.format {
            case .csv: true
            case .tally, .openai: false
            case .auto: try lines.looksLikeTable()
            }
        if isTable {
            let reader = try CSVReader(lines: lines)
            columns = try ColumnRecordDecoder(header: reader.header, map: request.map, defaults: request.defaults)
            shape = .table(reader)
            form = "csv"
        } else {
            shape = .lines(lines, try JSONParser())
            form = "tally"
        }
    }

    /// What other models used that served a part of the record read last.
    var otherModels: [ResponseUsage.ModelPart] { events.otherModels }

    /// Bytes read from the file so far, compressed as they may be.
    var bytesRead: Int {
        switch shape {
        case .lines(let reader, _): reader.bytesRead
        case .table(let reader): reader.bytesRead
        }
    }

    /// The next record; `nil` at the end.
    ///
    /// Empty lines are passed over.
    ///
    /// - Parameter event: A new event, which becomes the record's, its identity aside. Events are large and there are
    ///   millions of them: they are made where they stay.
    /// - Returns: Where the record stands, and what became of it.
    /// - Throws: The fault of the file.
    func next(into event: inout UsageEvent) throws(LogInputError) -> Record? {
        switch shape {
        case .lines(let reader, let parser): try nextLine(reader, parser, into: &event)
        case .table(let reader): try nextRow(reader, into: &event)
        }
    }

    private func nextLine(
        _ reader: LineReader, _ parser: JSONParser, into event: inout UsageEvent
    ) throws(LogInputError) -> Record? {
        while let line = try reader.next() {
            position = line.byteOffset + line.length + line.terminatorLength
            if line.isTooLong {
                return Record(
                    line: line.number, byteOffset: line.byteOffset,
                    result: .failure(.lineTooLong(line.length, limit: reader.limits.maxLineBytes)))
            }
            if unsafe line.bytes.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) { continue }
            let result = unsafe decode(line.bytes, parser, isTerminated: line.isTerminated, into: &event)
            return Record(line: line.number, byteOffset: line.byteOffset, result: result)
        }
        return nil
    }

    private func decode(
        _ bytes: UnsafeRawBufferPointer, _ parser: JSONParser, isTerminated: Bool, into event: inout UsageEvent
    ) -> Result<IdentityHint, RecordFailure> {
        do throws(RecordFailure) {
            return .success(
                try unsafe parser.withDocument(
                    padded: bytes,
                    mapError: { (error: JSONError) in
                        RecordFailure.notJSON(error.description, isCutOff: !isTerminated)
                    },
                    { (root: JSONValue) throws(RecordFailure) in try events.decode(root, into: &event) }))
        } catch {
            return .failure(error)
        }
    }

    private func nextRow(
        _ reader: CSVReader, into event: inout UsageEvent
    ) throws(LogInputError) -> Record? {
        guard let row = try reader.next() else { return nil }
        position = max(position, row.byteOffset)
        if let problem = row.problem {
            return Record(
                line: row.lineNumber, byteOffset: row.byteOffset, result: .failure(.badRow(problem.description)))
        }
        do throws(RecordFailure) {
            guard let hint = try columns?.decode(into: &event, { reader.string(at: $0) }) else { return nil }
            return Record(line: row.lineNumber, byteOffset: row.byteOffset, result: .success(hint))
        } catch {
            return Record(line: row.lineNumber, byteOffset: row.byteOffset, result: .failure(error))
        }
    }
}

extension LineReader {
    /// Whether the log is a table: a log of JSON lines begins with an object.
    ///
    /// An empty one is no table.
    fileprivate func looksLikeTable() throws(LogInputError) -> Bool {
        switch try firstVisibleByte() {
        case nil, UInt8(ascii: "{"), UInt8(ascii: "["): false
        default: true
        }
    }
}
