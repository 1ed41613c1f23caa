import CProcess
import Foundation

/// The short private folder of a server's socket.
///
/// Its permissions are the access control: only the server's user passes (and root, whom no permission stops).
struct SocketDirectory: Sendable {
    /// The most bytes the path of a socket may have, below the 104 to 108 that systems allow.
    static let pathLimit = 100
    /// The server's port, which is no more than part of the socket's name.
    static let port = 5432
    /// How many hexadecimal digits of the data directory's hash the name carries.
    private static let hashDigits = 12

    let path: String

    /// The socket itself.
    var socket: String { path + "/.s.PGSQL.\(Self.port)" }

    /// The folder for a data directory.
    ///
    /// `root` is where it lies, `/tmp` but for tests.
    init(for directory: DataDirectory, root: String = "/tmp") throws(EmbeddedPostgresError) {
        let digits = String(Self.hash(directory.path), radix: 16)
        let padded = String(repeating: "0", count: 16 - digits.count) + digits
        path = "\(root)/tally-\(directory.identity.uid)-\(padded.suffix(Self.hashDigits))"
        let bytes = socket.utf8.count
        guard bytes < Self.pathLimit else {
            throw .socketPathTooLong(path: socket, bytes: bytes, limit: Self.pathLimit - 1)
        }
    }

    /// Makes the folder, or checks that the one there is a private folder of the server's user: the folder above is
    /// open to everybody, so it may be a trap.
    func prepare(for identity: ServerIdentity) throws(EmbeddedPostgresError) {
        var created = false
        let error = unsafe identity.withUnsafeIdentity { unsafe cprocess_private_folder(path, $0, false, &created) }
        guard error == 0 else {
            let reason =
                switch error {
                case EPERM: "is no folder of user \(identity.name)"
                case EACCES: "may be entered by others (its mode is not 0700)"
                default: SystemError(error).reason
                }
            throw .unusable(
                path: path, reason: "cannot hold the server's socket: \(reason)",
                mend: "find out who made it, then remove it")
        }
    }

    /// Removes what a stopped server left, then the folder.
    ///
    /// What is not there is no fault.
    func remove() {
        unsafe unlink(socket)
        unsafe unlink(socket + ".lock")
        unsafe rmdir(path)
    }

    /// FNV-1a: the name has to be stable and different for different folders, not secret.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
