internal import Foundation

/// Where logs, progress and failures go.
enum StandardError {
    static func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }

    /// Whether a person is looking: progress is shown on a terminal only.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}

/// Where results go.
enum StandardOutput {
    /// Writes everything, or ends the program quietly when the reader has gone (`tally report | head`).
    static func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { buffer in
                unsafe Foundation.write(STDOUT_FILENO, buffer.baseAddress, buffer.count)
            }
            if written < 0 {
                if errno == EINTR { continue }
                if errno == EPIPE { Foundation.exit(0) }
                throw CommandFailure("standard output cannot be written: \(unsafe String(cString: strerror(errno)))")
            }
            rest = rest.dropFirst(written)
        }
    }

    static func write(_ text: String) throws {
        try write(Array(text.utf8))
    }
}

/// The signals the program handles itself.
enum Signals {
    /// A reader that has gone away is an error of `write`, not the death of the program.
    static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }
}
