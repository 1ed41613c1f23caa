import CProcess
import Foundation

/// The folder of a private PostgreSQL: its cluster, its locks and its log.
struct DataDirectory: Sendable {
    /// The files below the folder.
    enum Entry: String {
        case cluster = "pgdata"
        case daemonLock = "daemon.lock"
        case usersLock = "users.lock"
        case startLock = "start.lock"
        case supervisorLock = "supervisor.lock"
        case log = "postgres.log"
        case previousLog = "postgres.log.1"
    }

    /// How much of PG_VERSION is read, in bytes.
    private static let versionBytes = 16

    /// The folder's real path, free of symbolic links.
    let path: String
    /// Who owns it and runs the server.
    let identity: ServerIdentity

    /// Finds or makes the folder.
    ///
    /// What is made has mode 0700 and belongs to the server's user; missing parents are made for the caller. A folder
    /// that is there and not empty keeps its owner and mode.
    init(preparing given: String) throws(EmbeddedPostgresError) {
        let absolute = Self.absolute(given)
        let parent = (absolute as NSString).deletingLastPathComponent
        do {
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        } catch {
            throw .unusable(
                path: parent, reason: "cannot make the folder: \(Self.words(of: error))",
                mend: "make it yourself or choose another --data-dir")
        }
        identity = try .choose(directory: absolute, cluster: absolute + "/" + Entry.cluster.rawValue)
        try Self.prepare(absolute, for: identity)
        path = Self.realPath(absolute) ?? absolute
        try identity.requireAccess(to: path)
        guard unsafe geteuid() == 0 || access(path, R_OK | W_OK | X_OK) == 0 else {
            throw .unusable(
                path: path, reason: "user \(identity.name) may not write in it",
                mend: "let that user own it or choose another --data-dir")
        }
    }

    /// Where an entry lies.
    func path(of entry: Entry) -> String { path + "/" + entry.rawValue }

    /// Whether the cluster has been made.
    var hasCluster: Bool { FileManager.default.fileExists(atPath: path(of: .cluster)) }

    /// The major version of the PostgreSQL that made the cluster, nil when there is none yet.
    func clusterMajor() throws(EmbeddedPostgresError) -> Int? {
        guard hasCluster else { return nil }
        let file = path(of: .cluster) + "/PG_VERSION"
        let text = BoundedFile.text(of: file, atMost: Self.versionBytes)
        guard let text, let major = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw .unusable(
                path: file, reason: "names no major version, so \(path(of: .cluster)) is no PostgreSQL cluster",
                mend: "restore the folder from a backup, or move it away to begin with an empty database")
        }
        return major
    }

    /// Opens one of the locks.
    func lock(_ entry: Entry) throws(EmbeddedPostgresError) -> FileLock {
        try FileLock(path: path(of: entry), owner: identity)
    }

    /// Makes the folder itself, or takes over an empty one.
    private static func prepare(_ path: String, for identity: ServerIdentity) throws(EmbeddedPostgresError) {
        var isFolder: ObjCBool = false
        if unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            guard isFolder.boolValue else {
                throw .unusable(path: path, reason: "is no folder", mend: "choose another --data-dir")
            }
            // Somebody's folder: only one without content may be given to the server's user.
            let content = try? FileManager.default.contentsOfDirectory(atPath: path)
            guard let content, content.isEmpty else { return }
        }
        var created = false
        let real = realPath(path) ?? path
        let error = unsafe identity.withUnsafeIdentity { unsafe cprocess_private_folder(real, $0, true, &created) }
        guard error == 0 else {
            throw .unusable(
                path: path, reason: "cannot make the folder private: \(SystemError(error).reason)",
                mend: "let user \(identity.name) own it or choose another --data-dir")
        }
    }

    private static func absolute(_ given: String) -> String {
        let current = FileManager.default.currentDirectoryPath
        let joined = given.hasPrefix("/") ? given : current + "/" + given
        return (joined as NSString).standardizingPath
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    private static func words(of error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        let code = underlying.map { Int32(clamping: $0.code) }
        return code.map { SystemError($0).reason } ?? error.localizedDescription
    }
}
