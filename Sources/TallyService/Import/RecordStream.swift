internal import FastJSON
package import LogInput
package import TallyCore
package import TallyMetering

/// The records of one file, whatever form it has, each with its identity.
///
/// It blocks, and is not `Sendable`: the caller runs it on a thread of its own.
///
/// A file that is still being written is read with ``isGrowing`` set. An open last line is kept back then;
/// ``next(into:)`` gives `nil` when it has come as far as the file goes, and ``readOn()`` lets it go on later. At any time
/// the reading can be begun anew at its ``bookmark``, in this run of the program or another: what was told before it is
/// not told again, and what was held back or not yet told is.
package final class RecordStream {
    /// One record, or one of several that a line held.
    package struct Record {
        /// The line it begins on, from 1.
        package let line: Int
        /// Where it begins in the decompressed file.
        package let byteOffset: Int
        /// What it told.
        package let content: Content
    }

    /// What a record told.
    package enum Content {
        /// A call, which is now in the event given.
        case event
        /// Something that is about no call of its own.
        case skipped(NotACall)
        /// Sums of a biller, which are never events.
        indirect case statement(ProviderStatement)
        /// Nothing that can be read.
        case failure(RecordFailure)
    }

    /// The path, or `standard input`.
    package let path: String
    /// What other models used that served a part of the call read last.
    package private(set) var otherModels: [ResponseUsage.ModelPart] = []

    private let file: RecordFile
    private let parser: JSONParser
    private var reading: RecordReading
    private let occurrenceMemoryBytes: Int
    private var occurrences: OccurrenceCounter?
    private var countsContent: Bool
    /// What begins before this place was told by an earlier reading.
    private let start: Int
    private var isBeforeStart: Bool
    /// Where the piece read last begins and ends.
    private var line = 1
    private var byteOffset = 0
    private var end: LineStart
    /// Up to where the file is done with.
    private var done: LineStart
    private var isFinished = false

    /// Opens a file, or standard input (`-`), and finds out whether it is a table.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - settings: How to read it.
    ///   - bookmark: Where an earlier reading of it had come.
    /// - Throws: `LogInputError`; `RecordFailure` when a table's header lacks a column.
    package convenience init(
        path: String, settings: RecordSettings, from bookmark: RecordBookmark = RecordBookmark()
    ) throws {
        let lines = try LineReader(
            path: path, limits: LineReader.Limits(maxLineBytes: settings.maxLineBytes), from: bookmark.lineStart)
        try self.init(lines, settings: settings, from: bookmark)
    }

    /// Reads the records of lines that are not begun yet.
    ///
    /// - Parameters:
    ///   - lines: The lines, from the bookmark's ``RecordBookmark/lineStart`` on.
    ///   - settings: How to read them.
    ///   - bookmark: Where an earlier reading of the file had come.
    /// - Throws: `LogInputError`; `RecordFailure` when a table's header lacks a column.
    package init(
        _ lines: LineReader, settings: RecordSettings, from bookmark: RecordBookmark = RecordBookmark()
    ) throws {
        path = lines.name
        occurrenceMemoryBytes = settings.occurrenceMemoryBytes
        start = bookmark.position
        isBeforeStart = bookmark.readsFromStart
        countsContent = bookmark.countsContent
        end = bookmark.lineStart
        done = LineStart(byteOffset: bookmark.position, lineNumber: bookmark.line)
        parser = try JSONParser()
        let form = bookmark.form ?? settings.form
        let isTable = bookmark.position > 0 ? bookmark.isTable : try lines.isTable(form)
        file = try RecordFile(lines, isTable: isTable)
        reading = try RecordReading(form: form, header: file.header, settings: settings)
    }

    // MARK: Where it has come

    /// The form its events are told in.
    package var form: RecordForm { reading.form ?? .tally }

    /// Bytes of the decompressed file that are done with: all that begins before was told.
    package var position: Int { done.byteOffset }

    /// What a later reading begins with, in order to go on from here.
    package var bookmark: RecordBookmark {
        RecordBookmark(
            position: done.byteOffset, line: done.lineNumber, form: reading.form, isTable: file.header != nil,
            countsContent: countsContent)
    }

    /// What is wrong with the file as a whole, as far as it is known; at the end it is.
    package var faults: [RecordFailure] { reading.faults }

    /// Whether the file may still be being written, so that an open last line is kept back.
    package var isGrowing: Bool {
        get { file.lines.keepsOpenLine }
        set { file.lines.keepsOpenLine = newValue }
    }

    /// Bytes read from the file so far, compressed as they may be.
    package var bytesRead: Int { file.lines.bytesRead }

    /// Lets the reading go on behind the end of a file that may have grown, or that grows no more.
    ///
    /// - Returns: Whether it can. A session file has to be begun anew at its ``bookmark``, since what its reader held back
    ///   has been told.
    package func readOn() -> Bool {
        if form.isStateful || reading.isStopped { return false }
        file.lines.readOn()
        isFinished = false
        return true
    }

    // MARK: Reading

    /// The next record; `nil` at the end.
    ///
    /// Empty lines are passed over.
    ///
    /// - Parameter event: A new event, which becomes the record's. Events are large and there are millions of them: they
    ///   are made where they stay.
    /// - Returns: Where the record stands, and what became of it.
    /// - Throws: The fault of the file, or of the disk that equal records are counted on.
    package func next(into event: inout UsageEvent) throws(LogInputError) -> Record? {
        while true {
            if reading.hasItems { return try tellItem(into: &event) }
            if isFinished || reading.isStopped { return nil }
            guard let piece = try file.next() else {
                finish()
                continue
            }
            line = piece.line
            byteOffset = piece.byteOffset
            end = piece.end
            if isBeforeStart, piece.byteOffset >= start { try endPriming() }
            let result: Result<IdentityHint?, RecordFailure>
            switch piece.text {
            case .json(let bytes, let isCutOff): result = unsafe read(bytes, isCutOff: isCutOff, into: &event)
            case .row(let row): result = read(row, into: &event)
            case .bad(let failure): result = .failure(failure)
            case .empty: result = .success(nil)
            }
            if isBeforeStart {
                try countOnly(result)
                // What this record left in it is none of the next one's.
                event = UsageEvent(identity: EventIdentity(high: 0, low: 0), time: .earliestEvent)
                continue
            }
            switch result {
            case .success(let hint?):
                event.identity = try identity(of: hint)
                otherModels = reading.otherModels
                return record(.event)
            case .success(nil): if !reading.hasItems { noteDone() }
            case .failure(let failure): return record(.failure(failure))
            }
        }
    }

    private func read(
        _ bytes: UnsafeRawBufferPointer, isCutOff: Bool, into event: inout UsageEvent
    ) -> Result<IdentityHint?, RecordFailure> {
        do throws(RecordFailure) {
            return .success(
                try unsafe parser.withDocument(
                    padded: bytes,
                    mapError: { (error: JSONError) in
                        RecordFailure.notJSON(error.description, isCutOff: isCutOff)
                    },
                    { (root: JSONValue) throws(RecordFailure) in
                        try reading.read(root, at: byteOffset, into: &event)
                    }))
        } catch {
            return .failure(error)
        }
    }

    private func read(_ row: CSVReader, into event: inout UsageEvent) -> Result<IdentityHint?, RecordFailure> {
        do throws(RecordFailure) {
            return .success(try reading.read(at: byteOffset, into: &event) { row.string(at: $0) })
        } catch {
            return .failure(error)
        }
    }

    private func tellItem(into event: inout UsageEvent) throws(LogInputError) -> Record {
        switch reading.takeItem() {
        case .call(let call, let hint, let parts):
            event = call
            event.identity = try identity(of: hint)
            otherModels = parts
            return record(.event)
        case .skipped(let reason): return record(.skipped(reason))
        case .statement(let statement): return record(.statement(statement))
        case .failure(let failure): return record(.failure(failure))
        }
    }

    private func record(_ content: Content) -> Record {
        if !reading.hasItems { noteDone() }
        return Record(line: line, byteOffset: byteOffset, content: content)
    }

    private func noteDone() {
        if isBeforeStart { return }
        guard form.isStateful, let position = reading.resumePosition, !isFinished || isGrowing else {
            done = end
            return
        }
        done = LineStart(byteOffset: position, lineNumber: 1)
    }

    private func finish() {
        reading.finish()
        isFinished = true
        if !reading.hasItems { noteDone() }
    }

    // MARK: Identities

    private func identity(of hint: IdentityHint) throws(LogInputError) -> EventIdentity {
        switch hint {
        case .settled(let identity): return identity
        case .content(let content):
            return EventIdentity(content: content, occurrence: try count(content))
        }
    }

    private func count(_ content: EventIdentity) throws(LogInputError) -> Int {
        countsContent = true
        if occurrences == nil {
            occurrences = try OccurrenceCounter(memoryLimitBytes: occurrenceMemoryBytes)
        }
        return try occurrences?.occurrence(of: (content.high, content.low)) ?? 0
    }

    /// Takes notice of a record that an earlier reading told.
    private func countOnly(_ result: Result<IdentityHint?, RecordFailure>) throws(LogInputError) {
        if case .success(.content(let content)?) = result { _ = try count(content) }
        while reading.hasItems {
            if case .call(_, .content(let content), _) = reading.takeItem() { _ = try count(content) }
        }
    }

    private func endPriming() throws(LogInputError) {
        isBeforeStart = false
        try reading.restart()
    }
}

extension RecordBookmark {
    /// Where the lines of a file have to begin so that a reading can go on from here.
    package var lineStart: LineStart {
        readsFromStart ? LineStart() : LineStart(byteOffset: position, lineNumber: line)
    }
}

extension LineReader {
    /// Whether the log is a table: one of JSON begins with an object or a list.
    ///
    /// An empty one is no table.
    fileprivate func isTable(_ form: RecordForm?) throws(LogInputError) -> Bool {
        switch form {
        case .csv: return true
        case .tally, .openai, .json: return false
        case .other, nil: break
        }
        switch try firstVisibleByte() {
        case nil, UInt8(ascii: "{"), UInt8(ascii: "["): return false
        default: return true
        }
    }
}
