#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Finds the files that paths and patterns mean, again and again, as they come, are rotated and go.
///
/// A path names a file or a folder, of which all files are meant, those of its folders too. `*`, `?` and `[…]` match
/// within a name, `**` any number of folders; names with a dot in front only where the pattern has it. Beside each file
/// that is or was found, those are found whose names begin with its name, such as `app.log.1` and `app.log.2.gz`, since
/// that is what a log is called once it is rotated. Everything that is no regular file is passed over.
package struct FileSearch {
    /// A file that was found.
    package struct Found: Equatable, Sendable {
        /// Its path.
        package let path: String
        /// What it is like.
        package let stamp: LogFileStamp
    }

    private let patterns: [PathPattern]
    private let limits: InputExpansion.Limits
    /// The names that were ever found by a pattern itself, by folder: their successors are looked for too.
    private var followed: [String: Set<String>] = [:]

    /// A search that has found nothing yet.
    ///
    /// - Parameters:
    ///   - patterns: Absolute paths and patterns.
    ///   - limits: How much is walked.
    package init(patterns: [String], limits: InputExpansion.Limits = .init()) {
        self.patterns = patterns.map { PathPattern($0) }
        self.limits = limits
    }

    /// Looks once.
    ///
    /// - Returns: The files, each once, the one that was left alone longest first; of files written to at the same time
    ///   in the order of their paths.
    /// - Throws: `permissionDenied`, `system`, `tooManyFiles` or `tooDeep`, with the path at fault. A path without a file
    ///   is no fault: it may come.
    package mutating func look() throws(LogInputError) -> [Found] {
        var walk = Walk(limit: limits)
        for pattern in patterns { try pattern.walk(&walk) }
        for (folder, name) in walk.named { followed[folder, default: []].insert(name) }
        for (folder, names) in followed {
            guard let entries = try Self.names(in: folder) else { continue }
            for entry in entries where names.contains(where: { entry.hasPrefix($0) }) {
                try walk.take(folder.hasSuffix("/") ? folder + entry : folder + "/" + entry)
            }
        }
        return walk.found.values.sorted { ($0.stamp.modified, $0.path) < ($1.stamp.modified, $1.path) }
    }

    /// What a look has found so far.
    struct Walk {
        private struct Identity: Hashable {
            let device: UInt64
            let inode: UInt64
        }

        let limit: InputExpansion.Limits
        private var identities: Set<Identity> = []
        private(set) var found: [String: Found] = [:]
        private(set) var named: [(folder: String, name: String)] = []

        init(limit: InputExpansion.Limits) { self.limit = limit }

        /// Notes a file of a pattern, which may not be there.
        mutating func name(_ folder: String, _ name: String) { named.append((folder, name)) }

        /// Takes a path in when it is a regular file that has not been seen under another name.
        mutating func take(_ path: String) throws(LogInputError) {
            if found[path] != nil { return }
            var status = stat()
            guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
            let stamp = LogFileStamp(status)
            guard identities.insert(Identity(device: stamp.device, inode: stamp.inode)).inserted else { return }
            guard found.count < limit.files else { throw .tooManyFiles(path: path, limit: limit.files) }
            found[path] = Found(path: path, stamp: stamp)
        }
    }

    /// The names in a folder in the order of their bytes; `nil` when it is not there, or no folder.
    static func names(in folder: String) throws(LogInputError) -> [String]? {
        guard let stream = unsafe opendir(folder) else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .fromErrno(errno, path: folder, operation: "list")
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
        errno = 0
        while let entry = unsafe readdir(stream) {
            // The entry belongs to the stream until the next call: the name is copied.
            let bytes = unsafe UnsafeRawPointer(entry) + nameOffset
            let name = unsafe String(cString: bytes.assumingMemoryBound(to: CChar.self))
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw .fromErrno(errno, path: folder, operation: "list") }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
