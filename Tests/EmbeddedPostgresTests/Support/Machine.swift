import Foundation

/// What the tests see of the machine's processes, and how they wait for it to change.
enum Machine {
    /// Waits until the condition holds, for at most a minute; whether it came to hold.
    static func waits(until condition: () -> Bool) -> Bool {
        let end = Date(timeIntervalSinceNow: 60)
        while !condition() {
            if Date() > end { return false }
            usleep(10_000)
        }
        return true
    }

    /// Living processes that were started with a text in their command line; the dead that nobody reaped have none.
    static func processes(mentioning texts: String...) -> [Int32] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { Int32($0) }.filter { pid in
            let line = (try? Data(contentsOf: URL(filePath: "/proc/\(pid)/cmdline"))) ?? Data()
            let words = String(decoding: line, as: UTF8.self).replacing("\0", with: " ")
            return texts.allSatisfy { words.contains($0) }
        }
    }

    /// The servers that run on a data directory.
    static func servers(in data: String) -> [Int32] { processes(mentioning: "/postgres -D", data + "/pgdata") }

    static func supervisors(of data: String) -> [Int32] { processes(mentioning: " supervise ", data) }

    /// Whether nothing of the private server is left.
    static func isQuiet(_ data: String) -> Bool { processes(mentioning: data).isEmpty }

    /// Runs one statement with psql; its answer without decoration.
    static func query(_ statement: String, _ conninfo: String) throws -> String {
        let output = Pipe()
        let process = try startQuery(statement, conninfo, output: output)
        let answer = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw FixtureProcess.Unexpected(description: "psql ended with code \(process.terminationStatus)")
        }
        return String(decoding: answer, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Starts psql with one statement and does not wait for it; without `output` its words are dropped.
    static func startQuery(_ statement: String, _ conninfo: String, output: Pipe? = nil) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement, conninfo]
        process.standardInput = FileHandle.nullDevice
        if let output {
            process.standardOutput = output
        } else {
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
        }
        try process.run()
        return process
    }
}
