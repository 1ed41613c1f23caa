package import TallyMetering

/// How the records of a log are read.
package struct RecordSettings: Sendable {
    /// The form of the log; `nil` is found out from its first record or its header.
    package var form: RecordForm?
    /// What the log does not say.
    package var defaults = RecordDefaults()
    /// Which columns or members fill which fields, where the log has a shape of its own.
    package var map = FieldMap()
    /// Bytes of the longest line, and of the longest document that goes over several lines.
    package var maxLineBytes = 16 << 20
    /// Memory for counting equal records, past which the count goes to disk.
    package var occurrenceMemoryBytes = 64 << 20

    /// Everything at its default.
    package init() {}
}
