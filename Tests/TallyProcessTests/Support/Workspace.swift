import Foundation
import ProgramRunner
import Testing

/// A folder of one test's own, with the private database of the commands it runs; gone with it.
final class Workspace: Sendable {
    /// The longest a command may take; far more than it should.
    static let commandLimit = Duration.seconds(120)

    let path: String

    /// A workspace whose database is empty or, if it is fresh, not made yet.
    init(isFresh: Bool = false) throws {
        path = NSTemporaryDirectory() + "tally-process-\(UUID().uuidString.prefix(8))"
        // The database's user has to pass when the tests run as root.
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        if !isFresh { try ClusterTemplate.copy(to: data) }
    }

    deinit {
        // What still runs would write into the folder while it is removed.
        _ = try? Machine.leftovers(mentioning: data)
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The data directory of the test.
    var data: String { path + "/data" }

    /// The program that was built next to these tests.
    static var tally: String {
        let tests = Bundle.main.executablePath ?? CommandLine.arguments[0]
        return (tests as NSString).deletingLastPathComponent + "/tally"
    }

    /// A tally command with nothing of the caller's environment that could change what it does.
    func program(_ arguments: [String], environment: [String: String] = [:]) -> Program {
        var program = Program([Self.tally] + arguments, directory: path)
        program.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": path,
            "TALLY_DATA_DIR": data,
        ].merging(environment) { $1 }
        return program
    }

    /// Runs a tally command to its end.
    func run(_ arguments: [String]) throws -> FinishedProgram { try program(arguments).run(within: Self.commandLimit) }

    /// Runs a tally command that has to succeed; what it printed.
    @discardableResult
    func tally(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        let finished = try run(arguments)
        try #require(finished.ending == .exited(0), "\(arguments): \(finished.errors)", sourceLocation: sourceLocation)
        return finished.output
    }

    /// The spend of June 2026 or of another range, as the API and `report --format json` have it.
    func report(_ arguments: String...) throws -> UsageAnswer {
        let finished = try run(["report", "--format", "json"] + arguments)
        try #require(finished.ending == .exited(0), "\(finished.errors)")
        return try UsageAnswer(finished.output)
    }

    /// Writes a file and gives its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String { try write(name, bytes: Array(text.utf8)) }

    @discardableResult
    func write(_ name: String, bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(filePath: path + "/" + name))
        return path + "/" + name
    }
}
