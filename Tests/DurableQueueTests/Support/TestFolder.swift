import Foundation

/// A folder of a test's own, removed at the end; the queue's folder in it is not made yet.
final class TestFolder: Sendable {
    private let base: String

    init() throws {
        base = NSTemporaryDirectory() + "/durable-queue-tests-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: base) }

    var queue: String { base + "/spool/queue" }
    var database: String { queue + "/queue.sqlite" }
    var ballast: String { queue + "/ballast" }

    func size(of path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? -1
    }

    func mode(of path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? -1
    }

    func entries() throws -> Set<String> { Set(try FileManager.default.contentsOfDirectory(atPath: queue)) }
}
