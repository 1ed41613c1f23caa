internal import Foundation

/// Programs of the system that a benchmark runs.
enum InstalledProgram {
    /// Where a program is that may be outside the search path of an ordinary user.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - folders: Where it is looked for before the search path.
    ///   - package: What it comes with.
    /// - Returns: Its path.
    /// - Throws: ``BenchFailure`` when it is not installed.
    static func path(_ name: String, in folders: [String] = [], package: String) throws -> String {
        let search = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let candidates = (folders + search + ["/usr/sbin"]).map { "\($0)/\(name)" }
        guard let found = candidates.first(where: FileManager.default.isExecutableFile(atPath:)) else {
            throw BenchFailure("\(name) is not installed: it comes with the \(package) package")
        }
        return found
    }

    /// What the programs need of the caller's environment, and nothing that would change what they do.
    static var environment: [String: String] {
        ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "TMPDIR"].contains($0.key) }
    }
}
