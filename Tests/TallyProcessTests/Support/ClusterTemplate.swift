import Foundation
import ProgramRunner
import Testing

/// A data directory as `tally migrate` leaves it, made once in a run and copied for each test: making a database takes
/// longer than most tests.
enum ClusterTemplate {
    private static let workspace = Result {
        let workspace = try Workspace(isFresh: true)
        atexit { ClusterTemplate.remove() }
        try workspace.tally("migrate")
        try #require(try Machine.leftovers(mentioning: workspace.data).isEmpty)
        return workspace
    }

    /// Copies the template, with its owner and modes.
    static func copy(to path: String) throws {
        let copy = Program(["/bin/cp", "-a", try workspace.get().data, path], directory: "/")
        let copied = try copy.run(within: .seconds(60))
        try #require(copied.ending == .exited(0), "\(copied.errors)")
    }

    private static func remove() {
        if let path = try? workspace.get().path { try? FileManager.default.removeItem(atPath: path) }
    }
}
