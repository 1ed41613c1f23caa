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
        }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: line + [UInt8(ascii: "\n")])
        try file.synchronize()
    }
}
