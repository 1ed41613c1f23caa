internal import Foundation

/// Files of settings on disk.
enum SettingsFile {
    /// The largest file read: 64 MiB.
    static let maximumBytes = 64 << 20

    /// The text of a file.
    ///
    /// - Throws: ``ConfigError`` when it cannot be read, is larger than ``maximumBytes``, or is not UTF-8.
    static func read(_ path: String, limit: Int = maximumBytes) throws(ConfigError) -> String {
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            data = try handle.read(upToCount: limit + 1) ?? Data()
        } catch {
            throw ConfigError(
                file: path, problem: "the file cannot be read (\(reason(error)))",
                mend: "check its path and permissions")
        }
        if data.count > limit {
            throw ConfigError(
                file: path, problem: "the file is larger than \(limit) bytes", mend: "split it into several files")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw ConfigError(file: path, problem: "the file is not UTF-8", mend: "save it as plain UTF-8 text")
        }
        return text
    }

    /// Whether there is anything at a path.
    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// A path as seen from a folder.
    static func resolve(_ path: String, in folder: String) -> String {
        if path.hasPrefix("/") || folder.isEmpty { return path }
        return folder.hasSuffix("/") ? folder + path : folder + "/" + path
    }

    /// The folder a file lies in; empty for a bare name.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The operating system's word for a failure, without the path that Foundation puts into it.
    private static func reason(_ error: any Error) -> String {
        let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
        if let posix = (cause ?? error) as? POSIXError { return String(describing: posix.code) }
        switch (error as? CocoaError)?.code {
        case .fileReadNoSuchFile?, .fileNoSuchFile?: return "there is no such file"
        case .fileReadNoPermission?: return "permission denied"
        default: return "it is not a readable file"
        }
    }
}
