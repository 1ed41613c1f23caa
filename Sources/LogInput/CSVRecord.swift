/// Why a record of a CSV file was refused.
package enum CSVProblem: Equatable, Sendable, CustomStringConvertible {
    /// It has another number of fields than the header.
    case fieldCount(expected: Int, found: Int)
    /// A quote opened on this line never closes, within the file or the greatest record length.
    case unclosedQuote
    /// A quote inside an unquoted field, or something other than a separator behind a closing quote; from 0.
    case strayQuote(byteOffset: Int)
    /// A line of this many bytes, more than may be read.
    case tooLong(length: Int)

    package var description: String {
        switch self {
        case .fieldCount(let expected, let found):
            "\(found) fields where the header names \(expected); give every column"
        case .unclosedQuote:
            "a quote opened here never closes; close it, or double it within a quoted field"
        case .strayQuote(let byteOffset):
            "misplaced quote at byte \(byteOffset) of the record; quote the whole field and double the quotes in it"
        case .tooLong(let length):
            "a line of \(length) bytes is longer than allowed; split it or raise the limit"
        }
    }
}

/// One record of a CSV file; its fields are asked of the reader.
package struct CSVRecord: Equatable, Sendable {
    /// The line it begins on, from 1.
    package let lineNumber: Int
    /// Where it begins in the input, decompressed, in bytes from 0.
    package let byteOffset: Int
    /// Where the next record begins at the earliest.
    package let endOffset: Int
    /// Why its fields cannot be used; nil when they can.
    package let problem: CSVProblem?
}
