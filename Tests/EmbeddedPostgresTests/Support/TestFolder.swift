import Foundation

/// A folder of a test's own below `/tmp`, open for the server's user to pass, removed at the end.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        path = "/tmp/embedded-postgres-tests-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The data directory of the test; not made yet.
    var data: String { path + "/data" }

    func exists(_ entry: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + entry) }

    func attributes(_ path: String) throws -> (mode: Int, owner: Int) {
        let all = try FileManager.default.attributesOfItem(atPath: path)
        return ((all[.posixPermissions] as? Int) ?? -1, (all[.ownerAccountID] as? Int) ?? -1)
    }
}
