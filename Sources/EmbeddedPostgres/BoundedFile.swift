import Foundation

/// Reading no more of a file than a limit allows.
enum BoundedFile {
    /// The beginning of a file as text, nil when it cannot be read.
    static func text(of path: String, atMost bytes: Int) -> String? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: bytes) else { return "" }
        return String(decoding: data, as: UTF8.self)
    }

    /// The last lines of a file, at most `lines` of them within its last `bytes`; empty when it cannot be read.
    static func tail(of path: String, lines: Int, bytes: UInt64) -> String {
        guard let file = FileHandle(forReadingAtPath: path) else { return "" }
        defer { try? file.close() }
        guard let end = try? file.seekToEnd() else { return "" }
        let start = end > bytes ? end - bytes : 0
        guard (try? file.seek(toOffset: start)) != nil, let data = try? file.read(upToCount: Int(bytes)) else {
            return ""
        }
        let text = String(decoding: data, as: UTF8.self)
        return text.split(separator: "\n", omittingEmptySubsequences: true).suffix(lines).joined(separator: "\n")
    }
}
