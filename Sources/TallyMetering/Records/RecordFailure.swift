/// Why a record of a log is no event: the field and the mend.
package struct RecordFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The reason, such as `usage.input is -5; a count is never negative`.
    package let description: String

    init(_ description: String) {
        self.description = description
    }

    /// The longest name shown in a reason, in Unicode scalars.
    private static let maximumShown = 60
    /// The longest value of a record quoted in a reason, in bytes.
    private static let maximumQuoted = 32

    /// Words that are quoted though they are letters: what logs write for a value that is not there, and what stands
    /// for values that are no scalars.
    private static let plainWords: Set<String> = ["", "true", "false", "null", "None", "nan", "NaN", "[…]", "{…}"]

    /// A value of a record as a reason quotes it: itself when it cannot be prose, else only its length (invariant I7).
    ///
    /// Any value may be a prompt: a comma that was not quoted shifts the cells of a row.
    static func quoted(_ value: String) -> String {
        if isPlain(value) || plainWords.contains(value) { return "'\(value)'" }
        let count = value.count
        return count == 1 ? "1 character of text" : "\(count) characters of text"
    }

    /// A name of the command line or of a header, quoted.
    static func quoted(name: String) -> String {
        "'\(shown(name))'"
    }

    /// A name of the command line or of a header, cut to a length that keeps the reason one line.
    static func shown(_ name: String) -> String {
        let start = name.unicodeScalars.prefix(maximumShown)
        let visible = start.map { $0.value < 32 || $0.value == 127 ? "?" : String($0) }.joined()
        return start.endIndex == name.unicodeScalars.endIndex ? visible : visible + "…"
    }

    /// Whether a text is made as numbers and times are: digits and their signs, letters and spaces only behind a digit.
    private static func isPlain(_ text: String) -> Bool {
        if text.utf8.count > maximumQuoted { return false }
        var previousIsDigit = false
        var needsDigit = false
        for byte in text.utf8 {
            let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
            if needsDigit, !isDigit { return false }
            needsDigit = false
            switch byte {
            case _ where isDigit: break
            case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "/"): break
            case UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "T"), UInt8(ascii: "Z"):
                if !previousIsDigit { return false }
            case UInt8(ascii: " "):
                if !previousIsDigit { return false }
                needsDigit = true
            default: return false
            }
            previousIsDigit = isDigit
        }
        return !needsDigit
    }
}

extension RecordFailure {
    /// A line that is longer than may be read.
    package static func lineTooLong(_ length: Int, limit: Int) -> RecordFailure {
        RecordFailure("the line is \(length) bytes long; at most \(limit) are read (import.max_line_bytes)")
    }

    /// A document over several lines that is longer than may be read.
    package static func documentTooLong(_ length: Int, limit: Int) -> RecordFailure {
        RecordFailure(
            "the record is \(length) bytes long; at most \(limit) are read (import.max_line_bytes); write one a line")
    }

    /// There is no memory for reading records of the form that was found out.
    package static let outOfMemory = RecordFailure("no memory is left for reading; give the process more")

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
