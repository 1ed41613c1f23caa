import Foundation

/// One running fixture: a user of the private server in a process of its own.
final class FixtureProcess {
    struct Unexpected: Error, CustomStringConvertible {
        let description: String
    }

    /// How long a line of the fixture may take; far more than it should.
    private static let lineLimit: TimeInterval = 120

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var pending = Data()

    var pid: Int32 { process.processIdentifier }

    /// The program that was built next to these tests.
    static var program: String {
        let tests = Bundle.main.executablePath ?? CommandLine.arguments[0]
        return (tests as NSString).deletingLastPathComponent + "/embedded-postgres-fixture"
    }

    /// Starts a user of the server in `directory`.
    ///
    /// `prefix` is put before the command line.
    init(directory: String, asDaemon: Bool = false, program: String = program, prefix: [String] = []) throws {
        let line = prefix + [program, "hold", directory] + (asDaemon ? ["daemon"] : [])
        process.executableURL = URL(filePath: line[0])
        process.arguments = Array(line.dropFirst())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    deinit { kill(signal: SIGKILL) }

    func kill(signal: Int32) { if process.isRunning { Foundation.kill(pid, signal) } }

    /// The next line the fixture writes, nil at the end of its output.
    func nextLine() throws -> String? {
        let end = Date(timeIntervalSinceNow: Self.lineLimit)
        let descriptor = output.fileHandleForReading.fileDescriptor
        while true {
            if let newline = pending.firstIndex(of: 10) {
                defer { pending = Data(pending[(newline + 1)...]) }
                return String(decoding: pending[..<newline], as: UTF8.self)
            }
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let count = unsafe poll(&wanted, 1, 1000)
            if count > 0 {
                let more = output.fileHandleForReading.availableData
                if more.isEmpty { return nil }
                pending.append(more)
            } else if Date() > end {
                throw Unexpected(description: "the fixture wrote no line within \(Self.lineLimit) s")
            }
        }
    }

    /// Waits until the fixture uses the server; its conninfo.
    func conninfo() throws -> String {
        let line = try nextLine() ?? "end of output"
        guard line.hasPrefix("ready ") else { throw Unexpected(description: line) }
        return String(line.dropFirst(6))
    }

    /// Waits until the fixture has been refused; the text of the error.
    func refusal() throws -> String {
        let line = try nextLine() ?? "end of output"
        guard line.hasPrefix("error ") else { throw Unexpected(description: line) }
        return String(line.dropFirst(6))
    }

    /// Lets the fixture release the server; how that went.
    func release() throws -> String {
        try input.fileHandleForWriting.close()
        return try nextLine() ?? "end of output"
    }
}
