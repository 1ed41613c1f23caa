import Foundation

/// A file without meaning whose blocks are really allocated, so that truncating it makes room on a full disk.
struct Ballast: SpaceReserve {
    /// The least that is given up at a time: small, so that others who fill the disk get little of it.
    private static let leastStep = 1_024 * 1_024

    /// What is written at a time where the system cannot allocate.
    private static let blockBytes = 64 * 1_024

    let path: String
    let bytes: Int

    func fill() throws(SystemFault) {
        let before = size
        if before == bytes { return }
        if before > bytes { return try truncate(to: bytes) }
        let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw .last }
        defer { close(file) }
        do throws(SystemFault) {
            try allocate(file)
        } catch {
            // What was had of it would only be missing elsewhere.
            _ = ftruncate(file, off_t(before))
            throw error
        }
    }

    func giveUp(_ wanted: Int) -> Bool {
        let before = size
        guard before > 0 else { return false }
        let step = max(wanted, Self.leastStep)
        return (try? truncate(to: max(0, before - step))) != nil
    }

    /// Its present size; 0 when there is none.
    var size: Int { status(path)?.size ?? 0 }

    private func truncate(to size: Int) throws(SystemFault) {
        guard unsafe Foundation.truncate(path, off_t(size)) == 0 else { throw .last }
    }

    private func allocate(_ file: Int32) throws(SystemFault) {
        #if canImport(Glibc)
            let error = posix_fallocate(file, 0, off_t(bytes))
            if error != 0, error != EOPNOTSUPP, error != EINVAL { throw SystemFault(error) }
            // Some file systems say yes and allocate nothing.
            if error == 0, let status = status(path), status.size == bytes, status.allocated >= bytes { return }
        #endif
        try write(file)
    }

    /// Writes what no file system can compress away or find again elsewhere.
    private func write(_ file: Int32) throws(SystemFault) {
        var generator = SystemRandomNumberGenerator()
        var offset = 0
        while offset < bytes {
            let block = (0..<min(Self.blockBytes, bytes - offset) / 8 + 1).map { _ in generator.next() as UInt64 }
            let count = unsafe block.withUnsafeBytes {
                unsafe pwrite(file, $0.baseAddress, min($0.count, bytes - offset), off_t(offset))
            }
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                throw count == 0 ? SystemFault(ENOSPC) : .last
            }
            offset += count
        }
        guard fsync(file) == 0 else { throw .last }
    }

    private func status(_ path: String) -> (size: Int, allocated: Int)? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        return (Int(status.st_size), Int(status.st_blocks) * 512)
    }
}
