#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An open file descriptor and the name its errors give it.
///
/// Closes the descriptor when it goes, unless it was only borrowed (standard input).
final class Descriptor {
    let name: String
    private let number: Int32
    private let isOwned: Bool

    /// Interrupted calls are repeated at most so often in a row.
    private static let interruptLimit = 1000

    init(adopting number: Int32, name: String, isOwned: Bool = true) {
        self.number = number
        self.name = name
        self.isOwned = isOwned
    }

    deinit {
        if isOwned { close(number) }
    }

    /// Opens a file for reading; `-` is standard input.
    static func reading(path: String) throws(LogInputError) -> Descriptor {
        if path == "-" { return Descriptor(adopting: STDIN_FILENO, name: "standard input", isOwned: false) }
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw .fromErrno(errno, path: path, operation: "open") }
        let descriptor = Descriptor(adopting: number, name: path)
        guard (try descriptor.status().st_mode & S_IFMT) != S_IFDIR else { throw .isDirectory(path: path) }
        return descriptor
    }

    /// Opens a file to append to, and makes it when there is none, for this user alone.
    static func appending(path: String) throws(LogInputError) -> Descriptor {
        let number = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard number >= 0 else { throw .fromErrno(errno, path: path, operation: "create") }
        return Descriptor(adopting: number, name: path)
    }

    /// A new file that has no name, so that nothing of it is left behind however the process ends.
    static func temporary(inFolder folder: String) throws(LogInputError) -> Descriptor {
        var template = Array("\(folder)/tally-XXXXXX".utf8CString)
        let (number, unlinked) = unsafe template.withUnsafeMutableBufferPointer { buffer -> (Int32, Int32) in
            guard let path = buffer.baseAddress else { return (-1, -1) }
            let number = unsafe mkstemp(path)
            return unsafe (number, number < 0 ? -1 : unlink(path))
        }
        guard number >= 0 else { throw .fromErrno(errno, path: folder, operation: "create a temporary file") }
        let descriptor = Descriptor(adopting: number, name: folder)
        guard unlinked == 0 else { throw .fromErrno(errno, path: folder, operation: "unlink a temporary file") }
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    /// Opens a regular file that may be renamed, cut or removed while it is read.
    ///
    /// Whatever else has the name, such as a pipe, is not waited for.
    static func following(path: String) throws(LogInputError) -> Descriptor {
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else { throw .fromErrno(errno, path: path, operation: "open") }
        let descriptor = Descriptor(adopting: number, name: path)
        switch try descriptor.status().st_mode & S_IFMT {
        case S_IFREG: return descriptor
        case S_IFDIR: throw .isDirectory(path: path)
        default: throw .fromErrno(EINVAL, path: path, operation: "follow")
        }
    }

    /// What tells the file and its state from others.
    func stamp() throws(LogInputError) -> LogFileStamp { LogFileStamp(try status()) }

    /// Bytes of a regular file; nil for a pipe or device.
    func regularSize() throws(LogInputError) -> Int? {
        let status = try status()
        return (status.st_mode & S_IFMT) == S_IFREG ? Int(status.st_size) : nil
    }

    private func status() throws(LogInputError) -> stat {
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else {
            throw .fromErrno(errno, path: name, operation: "inspect")
        }
        return status
    }

    /// Goes to a place of a regular file, from which it is read on.
    func seek(to offset: Int) throws(LogInputError) {
        guard lseek(number, off_t(offset), SEEK_SET) >= 0 else {
            throw .fromErrno(errno, path: name, operation: "go to a place in it")
        }
    }

    /// Reads what there is, up to the size of the buffer; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(LogInputError) -> Int {
        for _ in 0..<Self.interruptLimit {
            #if canImport(Glibc)
                let count = unsafe Glibc.read(number, buffer.baseAddress, buffer.count)
            #else
                let count = unsafe Darwin.read(number, buffer.baseAddress, buffer.count)
            #endif
            if count >= 0 { return count }
            guard errno == EINTR else { break }
        }
        throw .fromErrno(errno, path: name, operation: "read")
    }

    /// Reads what there is from this place of the file on, up to the size of the buffer; 0 at the end.
    func readSome(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(LogInputError) -> Int {
        for _ in 0..<Self.interruptLimit {
            let count = unsafe pread(number, buffer.baseAddress, buffer.count, off_t(offset))
            if count >= 0 { return count }
            guard errno == EINTR else { break }
        }
        throw .fromErrno(errno, path: name, operation: "read")
    }

    /// Fills the buffer from this place of the file.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(LogInputError) {
        var done = 0
        var interrupts = 0
        while done < buffer.count {
            let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = unsafe pread(number, rest.baseAddress, rest.count, off_t(offset + done))
            if count > 0 {
                done += count
                continue
            }
            interrupts += 1
            guard count < 0, errno == EINTR, interrupts < Self.interruptLimit else {
                throw .fromErrno(count == 0 ? EIO : errno, path: name, operation: "read")
            }
        }
    }

    /// Writes all bytes behind what was written before.
    func write(_ buffer: UnsafeRawBufferPointer) throws(LogInputError) {
        var done = 0
        var interrupts = 0
        while done < buffer.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
            #if canImport(Glibc)
                let count = unsafe Glibc.write(number, rest.baseAddress, rest.count)
            #else
                let count = unsafe Darwin.write(number, rest.baseAddress, rest.count)
            #endif
            if count > 0 {
                done += count
                continue
            }
            interrupts += 1
            guard count < 0, errno == EINTR, interrupts < Self.interruptLimit else {
                throw .fromErrno(count == 0 ? EIO : errno, path: name, operation: "write")
            }
        }
    }

    /// Writes all bytes behind what was written before.
    func write(_ bytes: [UInt8]) throws(LogInputError) {
        // Rethrown outside, since the closure's type of error is lost on its way.
        let result: Result<Void, LogInputError> = unsafe bytes.withUnsafeBytes { buffer in
            do throws(LogInputError) {
                return unsafe .success(try write(buffer))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }
}
