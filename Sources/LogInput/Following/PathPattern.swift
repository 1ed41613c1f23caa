#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A path with patterns for its names.
struct PathPattern {
    private enum Part {
        case name(FileNamePattern)
        case anyFolders
    }

    private let parts: [Part]

    /// A pattern from an absolute path.
    init(_ text: String) {
        parts = text.split(separator: "/").map { $0 == "**" ? .anyFolders : .name(FileNamePattern($0)) }
    }

    /// Takes the files in that the pattern means now.
    func walk(_ walk: inout FileSearch.Walk) throws(LogInputError) {
        try descend(into: "/", parts[...], depth: 0, &walk)
    }

    private func descend(
        into folder: String, _ parts: ArraySlice<Part>, depth: Int, _ walk: inout FileSearch.Walk
    ) throws(LogInputError) {
        guard depth <= walk.limit.depth else { throw .tooDeep(path: folder, limit: walk.limit.depth) }
        guard let part = parts.first else { return try takeAll(in: folder, depth: depth, &walk) }
        let rest = parts.dropFirst()
        switch part {
        case .anyFolders:
            // No folder at all, then each folder further down; links are not gone through, which may lead back up.
            try descend(into: folder, rest.isEmpty ? [.name(FileNamePattern("*"))] : rest, depth: depth, &walk)
            for name in try FileSearch.names(in: folder) ?? [] where !name.hasPrefix(".") {
                let path = Self.join(folder, name)
                if Self.kind(of: path, followsLinks: false) == S_IFDIR {
                    try descend(into: path, parts, depth: depth + 1, &walk)
                }
            }
        case .name(let pattern):
            if let name = pattern.literal { return try enter(folder, name, rest, isNamed: true, depth: depth, &walk) }
            for name in try FileSearch.names(in: folder) ?? [] where pattern.matches(name) {
                try enter(folder, name, rest, isNamed: false, depth: depth, &walk)
            }
        }
    }

    private func enter(
        _ folder: String, _ name: String, _ rest: ArraySlice<Part>, isNamed: Bool, depth: Int,
        _ walk: inout FileSearch.Walk
    ) throws(LogInputError) {
        let path = Self.join(folder, name)
        guard rest.isEmpty else { return try descend(into: path, rest, depth: depth + 1, &walk) }
        switch Self.kind(of: path, followsLinks: true) {
        // Of the folders that a pattern of names matches, only those are meant that are named.
        case S_IFDIR: if isNamed { try takeAll(in: path, depth: depth + 1, &walk) }
        case S_IFREG:
            walk.name(folder, name)
            try walk.take(path)
        // A file that was rotated away and is not there again: its successors are looked for all the same.
        case nil: walk.name(folder, name)
        default: break
        }
    }

    /// All files of a folder and its folders.
    private func takeAll(in folder: String, depth: Int, _ walk: inout FileSearch.Walk) throws(LogInputError) {
        guard depth <= walk.limit.depth else { throw .tooDeep(path: folder, limit: walk.limit.depth) }
        for name in try FileSearch.names(in: folder) ?? [] where !name.hasPrefix(".") {
            let path = Self.join(folder, name)
            if Self.kind(of: path, followsLinks: false) == S_IFDIR {
                try takeAll(in: path, depth: depth + 1, &walk)
            } else {
                try walk.take(path)
            }
        }
    }

    private static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    private static func kind(of path: String, followsLinks: Bool) -> mode_t? {
        var status = stat()
        guard unsafe (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
        return status.st_mode & S_IFMT
    }
}
