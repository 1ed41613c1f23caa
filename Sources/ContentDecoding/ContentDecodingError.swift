/// Why coded content cannot be read, or no further.
package enum ContentDecodingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The bytes are not what the coding makes; the detail is the library's word for it, and never of the content.
    case corrupt(ContentCoding, byteOffset: Int, detail: String)
    /// The content ends before the coding does.
    case truncated(ContentCoding, byteOffset: Int)
    /// The content is longer, once decoded, than may be read.
    case tooLarge(maximumBytes: Int)
    /// There is no memory for the decoder.
    case outOfMemory(ContentCoding)

    package var description: String {
        switch self {
        case .corrupt(let coding, let byteOffset, let detail):
            "damaged \(coding.rawValue) content at byte \(byteOffset) (\(detail)); have it sent again, or uncompressed"
        case .truncated(let coding, let byteOffset):
            "the \(coding.rawValue) content is cut short after \(byteOffset) bytes; have it sent again"
        case .tooLarge(let maximumBytes):
            "the content is more than \(maximumBytes) bytes long once decoded; have it sent uncompressed"
        case .outOfMemory(let coding):
            "out of memory for a \(coding.rawValue) decoder; give the process more, or fewer calls at once"
        }
    }
}
