internal import Foundation

/// A small file system of memory that one process sees, and which can be filled from outside.
struct SmallDisk {
    /// Pieces in which it is filled, the last of which leaves no page.
    private static let pieces = [1 << 20, 1 << 16, 1 << 12]

    private let path: String

    /// The disk that a process has in a folder.
    init(folder: String, of pid: Int32) { path = "/proc/\(pid)/root\(folder)/filling" }

    /// The command line that runs another with a disk of its own in a folder, which is made.
    static func command(_ command: [String], folder: String, bytes: Int) -> [String] {
        let script = """
            mkdir -p "$0" && mount -t tmpfs -o size=\(bytes),mode=700 tmpfs "$0" || {
                echo "no file system can be mounted: run this as root, or let users make user namespaces" >&2
                exit 1
            }
            exec "$@"
            """
        // As another user than root, the mount needs a namespace in which that user is root.
        return ["/usr/bin/env", "unshare", geteuid() == 0 ? "-m" : "-Urm", "/bin/sh", "-c", script, folder] + command
    }

    /// Fills it to the last page.
    func fill() throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        if descriptor < 0 { throw TrialError("\(path): cannot be made, errno \(errno)") }
        defer { close(descriptor) }
        for size in Self.pieces {
            let piece = [UInt8](repeating: 1, count: size)
            while unsafe write(descriptor, piece, size) > 0 {}
            if errno != ENOSPC { throw TrialError("\(path): cannot be written, errno \(errno)") }
        }
    }

    /// Gives the space back.
    func empty() throws { try FileManager.default.removeItem(atPath: path) }
}
