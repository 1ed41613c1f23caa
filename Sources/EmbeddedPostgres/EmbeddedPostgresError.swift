/// Why the private PostgreSQL cannot be used.
///
/// Every message names the place and the mend.
package enum EmbeddedPostgresError: Error, Equatable, CustomStringConvertible {
    /// Another daemon serves this data directory; its pid where it wrote one.
    case heldByDaemon(dataDirectory: String, pid: Int32?)
    /// No PostgreSQL was found on this machine, or none of the wanted major version.
    case notInstalled(wantedMajor: Int?, searched: [String])
    /// A file or folder cannot be used: which, why, and what to do.
    case unusable(path: String, reason: String, mend: String)
    /// The server's user cannot pass through a folder above the data directory.
    case unreachable(folder: String, dataDirectory: String, user: String)
    /// The path of the server's socket would be longer than a unix socket allows.
    case socketPathTooLong(path: String, bytes: Int, limit: Int)
    /// A child process could not be started.
    case spawnFailed(program: String, step: String, reason: String)
    /// Another process kept a lock for longer than the limit.
    case lockTimedOut(path: String, seconds: Int)
    /// The server did not come up; the text says where it stopped and shows the end of its log.
    case startFailed(message: String)
    /// The server was not ready within the limit; the text shows the end of its log.
    case notReady(seconds: Int, log: String, tail: String)

    /// One or more lines for a person.
    package var description: String {
        switch self {
        case .heldByDaemon(let dataDirectory, let pid):
            let holder = pid.map { "process \($0)" } ?? "another process"
            return "data directory \(dataDirectory) is held by a running daemon (\(holder)); "
                + "stop that daemon or choose another --data-dir"
        case .notInstalled(let wantedMajor, let searched):
            let wanted = wantedMajor.map { "PostgreSQL \($0), which made this data directory," } ?? "PostgreSQL"
            let package = wantedMajor.map { "postgresql-\($0)" } ?? "postgresql"
            return "\(wanted) was not found in \(searched.joined(separator: ", ")); install the package \(package), "
                + "or name the folder of its programs in \(PostgresInstallation.overrideVariable)"
        case .unusable(let path, let reason, let mend):
            return "\(path): \(reason); \(mend)"
        case .unreachable(let folder, let dataDirectory, let user):
            return "the PostgreSQL server runs as user \(user), who may not pass through \(folder) to reach "
                + "\(dataDirectory); run \"chmod o+x \(folder)\" or choose another --data-dir"
        case .socketPathTooLong(let path, let bytes, let limit):
            return "the socket path \(path) has \(bytes) bytes, at most \(limit) fit; "
                + "use a shorter folder for sockets"
        case .spawnFailed(let program, let step, let reason):
            return "cannot start \(program): \(step): \(reason); check that it is there and may be run"
        case .lockTimedOut(let path, let seconds):
            return "\(path) was still locked by another process after \(seconds) s; "
                + "see which one with \"fuser \(path)\" and end it if it hangs"
        case .startFailed(let message):
            return message
        case .notReady(let seconds, let log, let tail):
            return "the private PostgreSQL was not ready after \(seconds) s; its log \(log) ends with:\n\(tail)"
        }
    }
}
