package import ContentDecoding

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Why an input could not be read, or a file that reading needs could not be written.
package enum LogInputError: Error, Equatable, Sendable, CustomStringConvertible {
    /// No file has this path.
    case notFound(path: String)
    /// A folder where a file is needed.
    case isDirectory(path: String)
    /// The process may not read, or write, this path.
    case permissionDenied(path: String)
    /// The system refused; `operation` is what was tried and `reason` what the system calls the fault.
    case system(path: String, operation: String, code: Int32, reason: String)
    /// The compressed stream is damaged at this byte of the file; the lines before it were delivered.
    case corruptArchive(path: String, coding: ContentCoding, byteOffset: Int, detail: String)
    /// The file ends, after this many bytes, inside its compressed stream; the whole lines were delivered.
    case truncatedArchive(path: String, coding: ContentCoding, byteOffset: Int)
    /// The first line of a CSV file is no header.
    case badHeader(path: String, reason: String)
    /// The inputs hold more files than this.
    case tooManyFiles(path: String, limit: Int)
    /// Folders are nested deeper than this.
    case tooDeep(path: String, limit: Int)
    /// No space is left for the file.
    case diskFull(path: String)
    /// No memory could be had for this many bytes.
    case outOfMemory(path: String, bytes: Int)

    package var description: String {
        switch self {
        case .notFound(let path):
            "\(path): no such file; check the path"
        case .isDirectory(let path):
            "\(path): is a folder; name a file in it"
        case .permissionDenied(let path):
            "\(path): permission denied; grant this user access to the file and its folders"
        case .system(let path, let operation, let code, let reason):
            "\(path): cannot \(operation): \(reason) (error \(code)); mend that and run again"
        case .corruptArchive(let path, let coding, let byteOffset, let detail):
            "\(path): damaged \(coding.rawValue) stream at byte \(byteOffset) (\(detail)); fetch or compress the file again"
        case .truncatedArchive(let path, let coding, let byteOffset):
            "\(path): the \(coding.rawValue) stream is cut short after \(byteOffset) bytes; fetch or compress the file again"
        case .badHeader(let path, let reason):
            "\(path): the first line is no CSV header: \(reason); write the column names there"
        case .tooManyFiles(let path, let limit):
            "\(path): more than \(limit) files; give fewer at a time"
        case .tooDeep(let path, let limit):
            "\(path): folders nested deeper than \(limit); give the inner folder itself"
        case .diskFull(let path):
            "\(path): no space left; free some or choose another folder"
        case .outOfMemory(let path, let bytes):
            "\(path): no memory for \(bytes) bytes; lower the limits or give the process more memory"
        }
    }

    /// The error for a system call that failed with this error number.
    static func fromErrno(_ code: Int32, path: String, operation: String) -> LogInputError {
        switch code {
        case ENOENT, ENOTDIR: .notFound(path: path)
        case EISDIR: .isDirectory(path: path)
        case EACCES, EPERM: .permissionDenied(path: path)
        case ENOSPC, EDQUOT: .diskFull(path: path)
        default:
            // The text belongs to the C library and may change with the next call: copied at once.
            unsafe .system(path: path, operation: operation, code: code, reason: String(cString: strerror(code)))
        }
    }
}
