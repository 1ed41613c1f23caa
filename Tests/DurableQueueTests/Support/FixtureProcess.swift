import Foundation

/// One running fixture: a user of a queue in a process of its own, which is killed with the last reference.
final class FixtureProcess {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    var pid: Int32 { process.processIdentifier }

    init(_ arguments: String...) throws {
        let tests = Bundle.main.executablePath ?? CommandLine.arguments[0]
        let program = (tests as NSString).deletingLastPathComponent + "/durable-queue-fixture"
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    deinit { kill() }

    func kill() { if process.isRunning { Foundation.kill(pid, SIGKILL) } }

    func endInput() throws { try input.fileHandleForWriting.close() }

    /// The next bytes it writes; empty at the end.
    func more() -> Data { output.fileHandleForReading.availableData }

    /// The rest of the lines it writes, without one that was cut off.
    func lines(after start: Data = Data()) throws -> [String] {
        let text = start + (try output.fileHandleForReading.readToEnd() ?? Data())
        process.waitUntilExit()
        return text.split(separator: 10, omittingEmptySubsequences: false).dropLast()
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// Its first line.
    func firstLine() -> String {
        var text = Data()
        while !text.contains(10) {
            let bytes = more()
            if bytes.isEmpty { break }
            text += bytes
        }
        return String(decoding: text.prefix { $0 != 10 }, as: UTF8.self)
    }
}
