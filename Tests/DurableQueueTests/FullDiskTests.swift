import Foundation
import GRDB
import Testing

@testable import DurableQueue

@Suite("I4: a full disk loses nothing that was admitted", .timeLimit(.minutes(2)))
struct FullDiskTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func open(_ reserve: ScriptedReserve, reserved: Int = 100) throws -> DurableQueue {
        try DurableQueue(
            folder: folder.queue, limits: .limits(reserved: reserved), retry: .milliseconds(5), reserve: reserve)
    }

    /// Takes what is free in the file, so that the next record needs more of the disk.
    private func useUp(_ queue: DurableQueue) async throws {
        while try await queue.store.appender.read({ try Int.fetchOne($0, sql: "PRAGMA freelist_count") ?? 0 }) > 0 {
            _ = try await queue.record([UInt8](repeating: 0, count: 1_048_576)).get()
        }
    }

    @Test("All that was admitted is recorded in the reserve; nothing more is admitted until that is whole again")
    func admittedIsRecorded() async throws {
        let reserve = ScriptedReserve(steps: 10, pagesPerStep: 20)
        let queue = try open(reserve)
        try await useUp(queue)
        let before = queue.backlog.records
        let reservations = try (0..<20).map { _ in try queue.reserve() }
        try reserve.fillDisk(under: queue.store.appender)

        for reservation in reservations {
            let result = await queue.record([UInt8](repeating: 1, count: 8_000), using: reservation)
            #expect(throws: Never.self) { try result.get() }
        }
        #expect((1..<10).contains(reserve.steps))
        #expect(queue.refusal() == .diskFull(folder: folder.queue))
        #expect(await queue.record([2]) == .failure(.diskFull(folder: folder.queue)))
        #expect(queue.backlog.records == before + 20)

        try reserve.clearDisk(under: queue.store.appender)
        await queue.waitUntilWell()
        #expect(reserve.steps == 10)
        #expect(queue.refusal() == nil)
        _ = try await queue.record("again")
        let records = try await queue.everything()
        #expect(records.count == before + 21)
        await queue.close()
    }

    @Test("When the reserve is used up a record is refused, not lost in silence, and removing still makes room")
    func usedUp() async throws {
        let reserve = ScriptedReserve(steps: 1, pagesPerStep: 2)
        let queue = try open(reserve)
        try await useUp(queue)
        let first = try queue.reserve()
        let second = try queue.reserve()
        try reserve.fillDisk(under: queue.store.appender)
        let long = [UInt8](repeating: 1, count: 40_000)
        #expect(await queue.record(long, using: first) == .failure(.diskFull(folder: folder.queue)))
        let held = queue.backlog.records
        try await queue.remove(through: .max)
        #expect(held > 0 && queue.backlog == (0, 0))
        let result = await queue.record(long, using: second)
        #expect(throws: Never.self) { try result.get() }
        await queue.close()
    }

    @Test("A disk too full for the ballast lets the queue open, and admit once there is room")
    func fullAtOpening() async throws {
        let reserve = ScriptedReserve(steps: 3, pagesPerStep: 20)
        let roomy = try open(reserve)
        _ = try await roomy.record("old")
        try reserve.fillDisk(under: roomy.store.appender)
        #expect(reserve.giveUp(0))
        await roomy.close()

        let queue = try open(reserve)
        #expect(queue.fault == .diskFull(folder: folder.queue))
        #expect(queue.refusal() == .diskFull(folder: folder.queue))
        #expect(try await queue.texts() == ["old"])
        try reserve.clearDisk(under: queue.store.appender)
        await queue.waitUntilWell()
        #expect(try await queue.record("new") == 2)
        await queue.close()
    }

    @Test("A disk that takes no write ends the appends with the error, and is used again when it does")
    func writeError() throws {
        let child = try FixtureProcess("limit", folder.queue)
        #expect(try child.lines() == ["refused", "recovered"])
    }

    @Test("The ballast is really allocated, given up in steps, and whole again on demand")
    func ballast() throws {
        let path = NSTemporaryDirectory() + "/ballast-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let ballast = Ballast(path: path, bytes: 5 * 1_048_576)
        #expect(!ballast.giveUp(1))
        try ballast.fill()
        #expect(ballast.size == 5 * 1_048_576)
        #expect(try Self.allocated(path) >= 5 * 1_048_576)
        #expect(ballast.giveUp(1))
        #expect(ballast.size == 4 * 1_048_576)
        #expect(ballast.giveUp(3 * 1_048_576))
        #expect(ballast.giveUp(3 * 1_048_576))
        #expect(ballast.size == 0)
        #expect(try Self.allocated(path) == 0)
        #expect(!ballast.giveUp(1))
        try ballast.fill()
        #expect(try Self.allocated(path) >= 5 * 1_048_576)
        try Ballast(path: path, bytes: 1_000).fill()
        #expect(ballast.size == 1_000)
    }

    private static func allocated(_ path: String) throws -> Int {
        var status = stat()
        try #require(unsafe stat(path, &status) == 0)
        return Int(status.st_blocks) * 512
    }
}
