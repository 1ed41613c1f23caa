internal import LogInput
internal import TallyCore
internal import TallyMetering

/// A followed file that is open, so that it can be read on wherever it goes, and without reading it from the start.
final class OpenLog {
    let file: LogFile
    /// What the file was like when it was last read.
    var stamp: LogFileStamp
    private let settings: RecordSettings
    private let isCompressed: Bool
    /// A look at the content as it was first; that at a compressed content goes forward only.
    private var probe: ContentProbe
    private var probedTo = 0
    private var stream: RecordStream?

    /// A file that was just opened.
    init(_ file: LogFile, stamp: LogFileStamp, settings: RecordSettings) throws(LogInputError) {
        self.file = file
        probe = try file.probe()
        self.stamp = stamp
        self.settings = settings
        isCompressed = probe.isCompressed
    }

    /// Whether it may grow.
    var isPlain: Bool { !isCompressed }

    /// The records from a bookmark on; those of a file that was read before go on where they were.
    ///
    /// - Parameters:
    ///   - bookmark: Where to go on.
    ///   - isGrowing: Whether an open last line is waited for.
    /// - Returns: The records.
    /// - Throws: `LogInputError`; `RecordFailure` when a table's header lacks a column.
    func records(from bookmark: RecordBookmark, isGrowing: Bool) throws -> RecordStream {
        if let stream, stream.position == bookmark.position, stream.readOn() {
            stream.isGrowing = isGrowing
            return stream
        }
        let lines = try file.lines(
            limits: LineReader.Limits(maxLineBytes: settings.maxLineBytes),
            from: bookmark.lineStart)
        lines.keepsOpenLine = isGrowing
        let opened = try RecordStream(lines, settings: settings, from: bookmark)
        stream = opened
        return opened
    }

    /// The trail of what was read up to a place.
    ///
    /// - Parameters:
    ///   - position: The place.
    ///   - former: The trail before.
    /// - Returns: The trail; `nil` when the file does not go on with that content any more, since it was cut.
    /// - Throws: The fault of the file.
    func trail(at position: Int, after former: FileTrail?) throws(LogInputError) -> FileTrail? {
        if isCompressed {
            if position < probedTo { probe = try file.probe() }
            probedTo = position
            return try FileTrail.of(probe, at: position, path: file.path)
        }
        let look = try file.probe()
        guard look.head(probe.wholeHead.count) == probe.wholeHead else { return nil }
        if let former {
            guard try former.isContinued(by: look) else { return nil }
        }
        return try FileTrail.of(look, at: position, path: file.path)
    }

    /// Whether the file still goes on with what was read of it.
    func goesOn(_ trail: FileTrail) throws(LogInputError) -> Bool {
        if isCompressed { return true }
        return try trail.isContinued(by: file.probe())
    }
}
