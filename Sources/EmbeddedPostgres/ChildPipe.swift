import CProcess
import Foundation

/// A pipe to or from a child, read with a bound on time and size.
final class ChildPipe {
    let readEnd: Int32
    private(set) var writeEnd: Int32

    init() throws(EmbeddedPostgresError) {
        var input: Int32 = -1
        var output: Int32 = -1
        let error = unsafe cprocess_pipe(&input, &output)
        guard error == 0 else {
            throw .spawnFailed(program: "a child", step: "pipe", reason: SystemError(error).reason)
        }
        readEnd = input
        writeEnd = output
    }

    deinit {
        close(readEnd)
        closeWriteEnd()
    }

    /// Writes a short text, far below what a pipe holds, and ends the stream.
    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe cprocess_write(writeEnd, $0.baseAddress, Int32($0.count)) }
        closeWriteEnd()
    }

    /// Gives up this process' writing end, so that the stream ends with the child.
    func closeWriteEnd() {
        if writeEnd >= 0 { close(writeEnd) }
        writeEnd = -1
    }

    /// Reads until the stream ends; nil when it did not before the deadline.
    ///
    /// Bytes past the limit are dropped.
    func readAll(before deadline: Deadline, atMost limit: Int) -> String? {
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1024)
        while true {
            var count: Int32 = 0
            let wait = deadline.milliseconds(atMost: 1000)
            let error = unsafe chunk.withUnsafeMutableBytes {
                unsafe cprocess_read(readEnd, $0.baseAddress, Int32($0.count), wait, &count)
            }
            if error == ETIMEDOUT {
                if deadline.hasPassed { return nil }
                continue
            }
            guard error == 0, count > 0 else { return String(decoding: text, as: UTF8.self) }
            text.append(contentsOf: chunk.prefix(min(Int(count), max(0, limit - text.count))))
        }
    }
}
