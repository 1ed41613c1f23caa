import Foundation
import GRDB
import Testing

@testable import DurableQueue

@Suite(.timeLimit(.minutes(2)))
struct OpeningTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    @Test("The folder and its files are made for this user alone, with the whole ballast")
    func folderIsMade() async throws {
        let queue = try DurableQueue(folder: folder.queue, limits: .limits(ballast: 3_000_000))
        _ = await queue.record([1])
        #expect(try folder.mode(of: folder.queue) == 0o700)
        let entries = try folder.entries()
        #expect(entries == ["ballast", "queue.lock", "queue.sqlite", "queue.sqlite-shm", "queue.sqlite-wal"])
        for entry in entries { #expect(try folder.mode(of: folder.queue + "/" + entry) == 0o600, "\(entry)") }
        #expect(try folder.size(of: folder.ballast) == 3_000_000)
        #expect(queue.damagedFile == nil)
        await queue.close()
    }

    @Test("A folder in use is refused with the holder's pid, until that one has closed")
    func inUse() async throws {
        let holder = try FixtureProcess("hold", folder.queue)
        #expect(holder.firstLine() == "ready")
        let refusal = await openingFault(folder.queue)
        #expect(refusal == .inUse(folder: folder.queue, pid: holder.pid))
        #expect(refusal?.description.contains("process \(holder.pid)") == true)
        try holder.endInput()
        #expect(try holder.lines() == ["closed"])

        let queue = try DurableQueue(folder: folder.queue, limits: .test)
        #expect(await openingFault(folder.queue) == .inUse(folder: folder.queue, pid: getpid()))
        await queue.close()
        #expect(await openingFault(folder.queue) == nil)
    }

    @Test("A killed holder leaves the folder free")
    func killedHolder() async throws {
        let holder = try FixtureProcess("hold", folder.queue)
        #expect(holder.firstLine() == "ready")
        holder.kill()
        _ = try holder.lines()
        #expect(await openingFault(folder.queue) == nil)
    }

    @Test("A file that is no database is put aside whole, and the sequences go on above it")
    func noDatabase() async throws {
        #expect(await openingFault(folder.queue) == nil)
        let garbage = Data("this is no database, whatever it was".utf8) + Data(repeating: 7, count: 8_192)
        try garbage.write(to: URL(filePath: folder.database))
        let queue = try DurableQueue(folder: folder.queue, limits: .test)
        #expect(queue.damagedFile == folder.database + ".damaged-1")
        #expect(try Data(contentsOf: URL(filePath: folder.database + ".damaged-1")) == garbage)
        #expect(try await queue.record("after") > 1_700_000_000_000_000)
        await queue.close()
    }

    @Test("A database with a broken page is put aside, each time under a name of its own")
    func brokenPage() async throws {
        for number in 1...2 {
            let queue = try DurableQueue(folder: folder.queue, limits: .test)
            #expect(queue.damagedFile == (number == 1 ? nil : folder.database + ".damaged-1"))
            for _ in 0..<2_000 { queue.append([UInt8](repeating: 1, count: 300), using: nil) { _ in } }
            await queue.close()
            var database = try Data(contentsOf: URL(filePath: folder.database))
            // All pages but the first, which has the schema.
            database.replaceSubrange(4_096..., with: Data(repeating: 0xA5, count: database.count - 4_096))
            try database.write(to: URL(filePath: folder.database))
        }
        let queue = try DurableQueue(folder: folder.queue, limits: .test)
        #expect(queue.damagedFile == folder.database + ".damaged-2")
        #expect(queue.backlog == (0, 0))
        await queue.close()
    }

    @Test("Damage that shows while the queue is open stops it until it is opened anew")
    func damageInUse() async throws {
        let first = try DurableQueue(folder: folder.queue, limits: .test)
        for _ in 0..<2_000 { first.append([UInt8](repeating: 1, count: 300), using: nil) { _ in } }
        await first.close()

        let queue = try DurableQueue(folder: folder.queue, limits: .test)
        let file = try #require(FileHandle(forUpdatingAtPath: folder.database))
        let length = try folder.size(of: folder.database) - 4_096
        try file.seek(toOffset: 4_096)
        try file.write(contentsOf: Data(repeating: 0xA5, count: length))
        let damage = DurableQueueError.damaged(path: folder.database)
        await #expect(throws: damage) { try await queue.remove(through: 2_000) }
        #expect(queue.refusal() == damage)
        await queue.close()
        try file.close()

        let reopened = try DurableQueue(folder: folder.queue, limits: .test)
        #expect(reopened.damagedFile == folder.database + ".damaged-1")
        #expect(reopened.refusal() == nil)
        await reopened.close()
    }

    @Test("A database of another version or another program is refused and left as it is")
    func foreign() async throws {
        #expect(await openingFault(folder.queue) == nil)
        let database = try DatabaseQueue(path: folder.database)
        try await database.write { try $0.execute(sql: "PRAGMA user_version = 9") }
        let newer = await openingFault(folder.queue)
        #expect(newer?.description.contains("a queue of version 9, this program knows 1") == true)
        try await database.write {
            try $0.execute(sql: "PRAGMA user_version = 0; PRAGMA application_id = 5; CREATE TABLE other (a)")
        }
        let other = await openingFault(folder.queue)
        #expect(other == .foreignSchema(path: folder.database, found: "a database of another program"))
        #expect(try await database.read { try $0.tableExists("other") })
        try database.close()
    }

    @Test("What cannot be a folder is refused with the reason")
    func noFolder() async throws {
        let file = folder.queue
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data().write(to: URL(filePath: file))
        let refusal = await openingFault(file)
        guard case .unusable(let path, _, _) = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(path == file)
    }
}
