#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What tells a file and its state from others without reading it: when two stamps are equal, nothing was written.
package struct LogFileStamp: Hashable, Sendable {
    /// The device the file is on.
    package let device: UInt64
    /// Its number there.
    package let inode: UInt64
    /// Its bytes, compressed as they may be.
    package let size: Int
    /// When it was written to last, in nanoseconds since 1970.
    package let modified: Int64

    /// A stamp from its parts.
    package init(device: UInt64, inode: UInt64, size: Int, modified: Int64) {
        self.device = device
        self.inode = inode
        self.size = size
        self.modified = modified
    }

    init(_ status: stat) {
        #if canImport(Glibc)
            let time = status.st_mtim
        #else
            let time = status.st_mtimespec
        #endif
        self.init(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int(status.st_size),
            modified: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Whether it is of the same file, in whatever state.
    package func isSameFile(as other: LogFileStamp) -> Bool { device == other.device && inode == other.inode }

    /// Seconds that a file was left alone, as seen at a time in nanoseconds since 1970; a time to come is none.
    package func quietSeconds(at now: Int64) -> Int { Int(max(0, now - modified) / 1_000_000_000) }
}
