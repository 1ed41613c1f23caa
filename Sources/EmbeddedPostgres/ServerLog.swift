import CProcess
import Foundation

/// The file that takes what the server and its programs write, bounded in size.
final class ServerLog: Sendable {
    /// How much of its end goes into an error message.
    private static let tailLines = 12
    private static let tailBytes: UInt64 = 4096

    let path: String
    let descriptor: Int32
    private let limit: Int64

    /// Opens the log for appending; one that has reached the limit is moved to its second name first.
    init(of directory: DataDirectory, limit: Int64) throws(EmbeddedPostgresError) {
        path = directory.path(of: .log)
        self.limit = limit
        var info = stat()
        if unsafe lstat(path, &info) == 0, info.st_size >= limit {
            unsafe rename(path, directory.path(of: .previousLog))
        }
        var opened: Int32 = -1
        let log = path
        let error = unsafe directory.identity.withUnsafeIdentity { unsafe cprocess_open_private(log, $0, &opened) }
        guard error == 0 else {
            throw .unusable(
                path: path, reason: "cannot open the server's log: \(SystemError(error).reason)",
                mend: "move the file away")
        }
        descriptor = opened
    }

    deinit { close(descriptor) }

    /// Begins the log anew when it has grown past the limit under a running server.
    ///
    /// The server appends, so it goes on at the new end; what was there is lost, which a full disk would be worse than.
    func keepBounded() {
        _ = cprocess_bound_file(descriptor, limit)
    }

    /// Its last lines.
    var tail: String { Self.tail(of: path) }

    /// The last lines of the log at `path`.
    static func tail(of path: String) -> String {
        BoundedFile.tail(of: path, lines: tailLines, bytes: tailBytes)
    }
}
