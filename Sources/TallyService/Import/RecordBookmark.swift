package import TallyMetering

/// How far into a file a reading has come, and what it has found out on the way: what a later one begins with.
package struct RecordBookmark: Sendable, Equatable {
    /// Bytes of the decompressed file that are done with; a record begins there.
    package var position: Int
    /// The number of the line there, from 1.
    package var line: Int
    /// The form of the records, `nil` while none has told it.
    package var form: RecordForm?
    /// Whether the file is a table, whose header says what its rows mean.
    package var isTable: Bool
    /// Whether a record before the position was identified by its content, so that what comes after it has to be counted
    /// on from what lies before.
    package var countsContent: Bool

    /// The beginning of a file of which nothing is known.
    package init() {
        self.init(position: 0, line: 1, form: nil, isTable: false, countsContent: false)
    }

    /// A place from its parts, as they were kept.
    package init(position: Int, line: Int, form: RecordForm?, isTable: Bool, countsContent: Bool) {
        self.position = position
        self.line = line
        self.form = form
        self.isTable = isTable
        self.countsContent = countsContent
    }

    /// Whether a reading that goes on from here has to read all that lies before too, though it tells nothing of it.
    package var readsFromStart: Bool {
        position > 0 && (isTable || countsContent || form == nil || form?.isStateful == true)
    }
}
