import Foundation
import ProgramRunner

/// A folder of one test's own, gone with it.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "fake-provider-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A program that was built next to these tests.
    static func built(_ name: String) -> String {
        let tests = Bundle.main.executablePath ?? CommandLine.arguments[0]
        return (tests as NSString).deletingLastPathComponent + "/" + name
    }

    /// Runs curl, quiet but for its errors, to its end.
    func curl(_ arguments: [String]) throws -> FinishedProgram {
        let program = Program(["/usr/bin/env", "curl", "-sS", "--max-time", "60"] + arguments, directory: path)
        return try program.run(within: .seconds(90))
    }
}
