import CProcess
import Foundation

/// An open file with an advisory lock that the kernel drops when the last descriptor of this opening is closed, so also
/// when the holder is killed: no clean-up code has to run.
final class FileLock: Sendable {
    /// Whether several may hold the lock at once.
    enum Mode { case shared, exclusive }

    /// How long the note of a holder may be, in bytes.
    private static let noteBytes = 32

    let path: String
    let descriptor: Int32

    /// Opens the lock's file, creating it for `owner`; takes no lock yet.
    init(path: String, owner: ServerIdentity) throws(EmbeddedPostgresError) {
        var opened: Int32 = -1
        let error = unsafe owner.withUnsafeIdentity { identity in
            unsafe cprocess_open_private(path, identity, &opened)
        }
        guard error == 0 else {
            throw .unusable(
                path: path, reason: "cannot open the lock file: \(SystemError(error).reason)",
                mend: "let user \(owner.name) own the folder, or choose another --data-dir")
        }
        self.path = path
        descriptor = opened
    }

    deinit { close(descriptor) }

    /// Takes the lock if that is possible at once.
    func tryTake(_ mode: Mode) throws(EmbeddedPostgresError) -> Bool {
        let error = cprocess_lock(descriptor, mode == .exclusive, false)
        if error == EAGAIN { return false }
        try check(error)
        return true
    }

    /// Takes the lock, waiting at most until the deadline.
    func take(_ mode: Mode, before deadline: Deadline) throws(EmbeddedPostgresError) {
        let taken = try deadline.poll { () throws(EmbeddedPostgresError) in try tryTake(mode) ? true : nil }
        guard taken != nil else { throw .lockTimedOut(path: path, seconds: deadline.seconds) }
    }

    /// Takes the lock, however long that takes: for a supervisor, whose whole purpose is this wait.
    func takeWhenFree(_ mode: Mode) throws(EmbeddedPostgresError) {
        try check(cprocess_lock(descriptor, mode == .exclusive, true))
    }

    /// Drops the lock before the file is closed.
    func unlock() { cprocess_unlock(descriptor) }

    /// Whether somebody else holds the lock exclusively right now; takes nothing that outlives the call.
    static func isHeldExclusively(path: String, owner: ServerIdentity) throws(EmbeddedPostgresError) -> Bool {
        try !FileLock(path: path, owner: owner).tryTake(.shared)
    }

    /// Writes who holds the lock into its file, for the messages of others.
    ///
    /// The lock itself does not depend on it.
    func note(pid: Int32) {
        _ = cprocess_bound_file(descriptor, 0)
        let bytes = Array("\(pid)\n".utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe cprocess_write(descriptor, $0.baseAddress, Int32($0.count)) }
    }

    /// The pid its holder noted, if any.
    var notedPID: Int32? {
        let text = BoundedFile.text(of: path, atMost: Self.noteBytes) ?? ""
        return Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private func check(_ error: Int32) throws(EmbeddedPostgresError) {
        guard error != 0 else { return }
        throw .unusable(
            path: path, reason: "cannot lock: \(SystemError(error).reason)",
            mend: "keep the data directory on a file system with flock")
    }
}
