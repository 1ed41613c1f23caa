import Foundation

/// The errno of a failed system call.
struct SystemFault: Error {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    /// What the last call of this thread failed with.
    static var last: SystemFault { SystemFault(errno) }

    /// Whether the disk, a quota or a limit of file size leaves no room.
    var isLackOfSpace: Bool { [ENOSPC, EDQUOT, EFBIG].contains(number) }

    /// The system's own words.
    var reason: String { unsafe String(cString: strerror(number)) }
}
