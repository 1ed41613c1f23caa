internal import Foundation

/// What tells that a file has changed, without reading it.
struct FileStamp: Equatable {
    private let modified: Date?
    private let bytes: Int?
    private let inode: Int?

    /// The stamp of the file at a path now; of a file that is not there, an empty one.
    init(path: String) {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        modified = attributes?[.modificationDate] as? Date
        bytes = (attributes?[.size] as? NSNumber)?.intValue
        inode = (attributes?[.systemFileNumber] as? NSNumber)?.intValue
    }
}

/// The size of a file.
enum FileSize {
    static func bytes(of path: String) -> Int? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.size] as? NSNumber)?.intValue
    }
}
