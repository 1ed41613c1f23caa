internal import Foundation

/// What a process holds of the machine, as Linux tells it.
package struct ProcessUse: Sendable {
    /// Its resident memory, in bytes.
    package let residentBytes: Int
    /// Its open descriptors.
    package let descriptors: Int

    /// Looks at a process.
    ///
    /// - Parameter pid: Its id.
    /// - Throws: ``TrialError`` where that cannot be told.
    init(pid: Int32) throws {
        let files = FileManager.default
        let status = String(decoding: files.contents(atPath: "/proc/\(pid)/status") ?? Data(), as: UTF8.self)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        guard let kilobytes = line?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }),
            let open = try? files.contentsOfDirectory(atPath: "/proc/\(pid)/fd")
        else { throw TrialError("/proc tells nothing of process \(pid)") }
        residentBytes = kilobytes << 10
        descriptors = open.count
    }
}
