#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The files that a list of paths stands for.
///
/// Folders are walked in the byte order of their names. Of a folder, hidden names, folders behind symbolic links,
/// broken links and everything that is no regular file are passed over; a path that is named itself is taken as it is.
package struct InputExpansion: Equatable, Sendable {
    /// How much is walked.
    package struct Limits: Equatable, Sendable {
        /// Files in all.
        package var files: Int
        /// Folders within folders.
        package var depth: Int

        /// Limits; by default a million files and 64 levels.
        package init(files: Int = 1_000_000, depth: Int = 64) {
            self.files = files
            self.depth = depth
        }
    }

    /// The files in order; `-` is standard input.
    package private(set) var files: [String] = []
    /// Paths left out because they are a file that comes earlier: reading it twice would count it twice.
    package private(set) var repeated: [String] = []

    private struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    private struct Walk {
        let limits: Limits
        var seen: Set<Identity> = []
    }

    /// Expands the paths in the order given.
    ///
    /// - Throws: `notFound`, `permissionDenied`, `system`, `tooManyFiles` or `tooDeep`, with the path at fault.
    package init(paths: [String], limits: Limits = Limits()) throws(LogInputError) {
        var walk = Walk(limits: limits)
        for path in paths {
            if path == "-" {
                if files.contains(path) {
                    repeated.append(path)
                } else {
                    try append(path, &walk)
                }
                continue
            }
            var status = stat()
            guard unsafe stat(path, &status) == 0 else { throw .fromErrno(errno, path: path, operation: "inspect") }
            if status.st_mode & S_IFMT == S_IFDIR {
                try walkFolder(path, depth: 1, &walk)
            } else {
                try take(path, status, &walk)
            }
        }
    }

    private mutating func walkFolder(_ folder: String, depth: Int, _ walk: inout Walk) throws(LogInputError) {
        guard depth <= walk.limits.depth else { throw .tooDeep(path: folder, limit: walk.limits.depth) }
        for name in try Self.names(in: folder, limit: walk.limits.files) {
            let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
            var status = stat()
            // A file may go between the listing and now.
            guard unsafe lstat(path, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: try walkFolder(path, depth: depth + 1, &walk)
            case S_IFREG: try take(path, status, &walk)
            case S_IFLNK:
                guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
                try take(path, status, &walk)
            default: continue
            }
        }
    }

    private mutating func take(_ path: String, _ status: stat, _ walk: inout Walk) throws(LogInputError) {
        let identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        if status.st_mode & S_IFMT == S_IFREG, !walk.seen.insert(identity).inserted {
            repeated.append(path)
        } else {
            try append(path, &walk)
        }
    }

    private mutating func append(_ path: String, _ walk: inout Walk) throws(LogInputError) {
        guard files.count < walk.limits.files else { throw .tooManyFiles(path: path, limit: walk.limits.files) }
        files.append(path)
    }

    /// The names in a folder that are not hidden, in the order of their bytes.
    private static func names(in folder: String, limit: Int) throws(LogInputError) -> [String] {
        guard let stream = unsafe opendir(folder) else { throw .fromErrno(errno, path: folder, operation: "list") }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
        errno = 0
        while let entry = unsafe readdir(stream) {
            // The entry belongs to the stream until the next call: the name is copied.
            let bytes = unsafe UnsafeRawPointer(entry) + nameOffset
            let name = unsafe String(cString: bytes.assumingMemoryBound(to: CChar.self))
            if !name.hasPrefix(".") { names.append(name) }
            guard names.count <= limit else { throw .tooManyFiles(path: folder, limit: limit) }
            errno = 0
        }
        guard errno == 0 else { throw .fromErrno(errno, path: folder, operation: "list") }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
