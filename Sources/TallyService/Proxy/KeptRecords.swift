internal import Foundation

/// A file of records that could not be stored, one a line.
enum KeptRecords {
    /// Appends a record, which is on disk when this returns.
    ///
    /// - Throws: The fault of the file.
    static func append(_ line: [UInt8], to path: String) throws {
        let files = FileManager.default
        if !files.fileExists(atPath: path) {
            guard files.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
                throw CocoaError(.fileWriteUnknown)
            }
            // The name of a new file is in its folder, which has to be on disk as well.
            let folder = try FileHandle(forReadingFrom: URL(fileURLWithPath: path).deletingLastPathComponent())
            defer { try? folder.close() }
            try folder.synchronize()
        }
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer { try? file.close() }
        let newline = UInt8(ascii: "\n")
        var text = line + [newline]
        let end = try file.seekToEnd()
        if end > 0 {
            // Half a line is there when the daemon was killed while it wrote one.
            try file.seek(toOffset: end - 1)
            if try file.read(upToCount: 1)?.first != newline { text.insert(newline, at: 0) }
        }
        try file.write(contentsOf: text)
        try file.synchronize()
    }
}
