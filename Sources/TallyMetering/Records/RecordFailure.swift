/// Why a record of a log is no event: the field and the mend.
package struct RecordFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The reason, such as `usage.input is -5; a count is never negative`.
    package let description: String

    init(_ description: String) {
        self.description = description
    }

    /// The longest value quoted in a reason, in Unicode scalars.
    private static let maximumQuoted = 60

    /// A value as a reason quotes it: cut to a length that keeps the reason one line.
    static func quoted(_ value: String) -> String {
        let start = value.unicodeScalars.prefix(maximumQuoted)
        let visible = start.map { $0.value < 32 || $0.value == 127 ? "?" : String($0) }.joined()
        return start.endIndex == value.unicodeScalars.endIndex ? "'\(visible)'" : "'\(visible)…'"
    }
}

extension RecordFailure {
    /// A line that is longer than may be read.
    package static func lineTooLong(_ length: Int, limit: Int) -> RecordFailure {
        RecordFailure("the line is \(length) bytes long; at most \(limit) are read (import.max_line_bytes)")
    }

    /// A line that is no JSON.
    ///
    /// - Parameters:
    ///   - reason: What the parser found.
    ///   - isCutOff: Whether the line is the last and lacks its end, so that the log may still be being written.
    /// - Returns: The failure; for a line that is cut off it says to import the log again.
    package static func notJSON(_ reason: String, isCutOff: Bool) -> RecordFailure {
        RecordFailure(isCutOff ? "the last line is cut off: \(reason); import the log again when it is whole" : reason)
    }

    /// A row of a table that cannot be taken apart.
    package static func badRow(_ reason: String) -> RecordFailure {
        RecordFailure(reason)
    }
}
