internal import Foundation
internal import ProgramRunner

/// A small file system of memory that one process sees, and which can be filled from outside.
struct SmallDisk {
    /// Pieces in which it is filled, the last of which leaves no page.
    private static let pieces = [1 << 20, 1 << 16, 1 << 12]

    private let path: String

    /// The disk that a process has in a folder.
    init(folder: String, of pid: Int32) { path = "/proc/\(pid)/root\(folder)/filling" }

    /// The command line that runs another with a disk of its own in a folder, which is made.
    ///
    /// - Throws: `TrialError` when this user may not mount one.
    static func command(_ command: [String], folder: String, bytes: Int, _ site: TrialSite) throws -> [String] {
        let script = "mkdir -p \"$0\" && mount -t tmpfs -o size=\(bytes),mode=700 tmpfs \"$0\" && exec \"$@\""
        // As another user than root, a mount needs a namespace in which that user is root.
        let namespace = ["/usr/bin/env", "unshare", geteuid() == 0 ? "-m" : "-Urm"]
        let prefix = namespace + ["/bin/sh", "-c", script, folder]
        var probe = Program(prefix + ["true"], directory: site.folder)
        probe.environment = site.environment
        let finished = try probe.run(within: TrialLimits.command)
        guard finished.ending == .exited(0) else {
            throw TrialError(
                "a small disk cannot be mounted, so a full one cannot be tried: run this as root with the right to "
                    + "mount, or as a user where users may make user namespaces; it was said: \(finished.errors)")
        }
        return prefix + command
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
