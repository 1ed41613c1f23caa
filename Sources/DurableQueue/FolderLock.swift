import CProcess
import Foundation

/// The exclusive use of a folder, which the kernel takes back when the process ends, however it ends.
final class FolderLock: Sendable {
    /// How long the note of a holder may be, in bytes.
    private static let noteBytes = 32

    private let descriptor: Int32

    /// Takes the lock and notes this process in its file, for the message of whoever comes second.
    init(folder: String) throws(DurableQueueError) {
        let path = folder + "/queue.lock"
        var opened: Int32 = -1
        let error = unsafe cprocess_open_private(path, nil, &opened)
        guard error == 0 else {
            throw .unusable(
                path: path, reason: "cannot be opened: \(SystemFault(error).reason)",
                mend: "make it a plain file of this user, or remove it")
        }
        descriptor = opened
        switch cprocess_lock(opened, true, false) {
        case 0: note()
        case EAGAIN: throw .inUse(folder: folder, pid: Self.notedPID(in: path))
        case let error:
            throw .unusable(
                path: path, reason: "cannot be locked: \(SystemFault(error).reason)",
                mend: "keep the folder on a file system with flock")
        }
    }

    deinit { close(descriptor) }

    /// Lets others have the folder, before the last reference goes.
    func unlock() { cprocess_unlock(descriptor) }

    /// The lock itself does not depend on the note, so a disk too full for it does no harm.
    private func note() {
        _ = cprocess_bound_file(descriptor, 0)
        let bytes = Array("\(getpid())\n".utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe cprocess_write(descriptor, $0.baseAddress, Int32($0.count)) }
    }

    private static func notedPID(in path: String) -> Int32? {
        guard let file = FileHandle(forReadingAtPath: path),
            let note = try? file.read(upToCount: noteBytes)
        else { return nil }
        return Int32(String(decoding: note, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }
}
