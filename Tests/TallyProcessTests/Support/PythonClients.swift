import Foundation
import ProgramRunner
import Testing

/// The Python that has the official clients, and their programs beside these tests.
enum PythonClients {
    /// The longest a program of theirs may take; far more than it should.
    private static let limit = Duration.seconds(300)

    /// Runs a program of `Clients/` that has to succeed.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - arguments: Its arguments.
    ///   - workspace: Where it runs.
    /// - Returns: The lines it printed.
    /// - Throws: When the clients are not installed, or the program does not come to its end.
    static func run(_ name: String, _ arguments: [String], in workspace: Workspace) throws -> [Substring] {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let root = tests.deletingLastPathComponent().deletingLastPathComponent()
        let python = root.appending(path: ".build-venv/bin/python").path
        try #require(
            FileManager.default.isExecutableFile(atPath: python),
            "there are no official Python clients in .build-venv: run scripts/test, which installs them")
        var program = Program(
            [python, tests.appending(path: "Clients/\(name)").path] + arguments, directory: workspace.path)
        program.environment["HOME"] = workspace.path
        program.environment["PYTHONDONTWRITEBYTECODE"] = "1"
        let finished = try program.run(within: limit)
        try #require(finished.ending == .exited(0), "\(finished.errors)")
        return finished.output.split(separator: "\n")
    }
}
