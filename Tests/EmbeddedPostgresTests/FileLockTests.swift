import Foundation
import Testing

@testable import EmbeddedPostgres

struct FileLockTests {
    private let folder: TestFolder
    private let owner = ServerIdentity(uid: geteuid())

    init() throws { folder = try TestFolder() }

    private func open() throws -> FileLock { try FileLock(path: folder.path + "/lock", owner: owner) }

    @Test func sharedLocksGoTogetherAndExcludeAnExclusiveOne() throws {
        let first = try open()
        let second = try open()
        let third = try open()
        #expect(try first.tryTake(.shared) && second.tryTake(.shared))
        #expect(try !third.tryTake(.exclusive))
        first.unlock()
        #expect(try !third.tryTake(.exclusive))
        second.unlock()
        #expect(try third.tryTake(.exclusive))
        #expect(try FileLock.isHeldExclusively(path: third.path, owner: owner))
    }

    @Test func endOfTheObjectDropsTheLock() throws {
        var holder: FileLock? = try open()
        #expect(try holder?.tryTake(.exclusive) == true)
        let other = try open()
        #expect(try !other.tryTake(.shared))
        holder = nil
        #expect(try other.tryTake(.shared))
    }

    @Test func waitEndsWithTheDeadline() throws {
        let holder = try open()
        #expect(try holder.tryTake(.exclusive))
        let other = try open()
        #expect(throws: EmbeddedPostgresError.lockTimedOut(path: other.path, seconds: 0)) {
            try other.take(.shared, before: Deadline(after: .milliseconds(50)))
        }
    }

    @Test func noteIsReplacedNotAppended() throws {
        let lock = try open()
        #expect(lock.notedPID == nil)
        lock.note(pid: 123_456)
        lock.note(pid: 7)
        #expect(lock.notedPID == 7)
    }
}
