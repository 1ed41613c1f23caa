import Foundation
import Testing

@testable import DurableQueue

@Suite(.timeLimit(.minutes(2)))
struct DurableQueueTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    @Test("Records are read in the order of their appends, in parts")
    func order() async throws {
        let queue = try DurableQueue(folder: folder.queue, limits: .test)
        let outcomes = Outcomes()
        for number in 0..<1_000 { queue.append(Array("\(number)".utf8), using: nil, whenSynced: outcomes.add) }
        await queue.close()
        #expect(outcomes.all == (1...1_000).map { .success($0) })

        let reopened = try DurableQueue(folder: folder.queue, limits: .test)
        #expect(try await reopened.texts() == (0..<1_000).map { "\($0)" })
        let part = try await reopened.read(after: 10, maximumRecords: 3, maximumBytes: 1_000)
        #expect(part.map(\.sequence) == [11, 12, 13])
        let small = try await reopened.read(after: 10, maximumRecords: 100, maximumBytes: 5)
        #expect(small.map(\.sequence) == [11, 12])
        let least = try await reopened.read(after: 10, maximumRecords: 100, maximumBytes: 1)
        #expect(least.map(\.sequence) == [11])
        #expect(reopened.backlog == (1_000, 2_890))
        await reopened.close()
    }

    @Test("Appends of several threads are each recorded once, those of one thread in order")
    func threads() async throws {
        let queue = try DurableQueue(folder: folder.queue, limits: .test)
        await withTaskGroup(of: Void.self) { group in
            for thread in 0..<8 {
                group.addTask {
                    for number in 0..<200 { _ = await queue.record(Array("\(thread) \(number)".utf8)) }
                }
            }
        }
        let texts = try await queue.texts()
        #expect(texts.count == 1_600)
        for thread in 0..<8 {
            let own = texts.filter { $0.hasPrefix("\(thread) ") }
            #expect(own == (0..<200).map { "\(thread) \($0)" })
        }
        await queue.close()
    }

    @Test("Records may be empty, and a mebibyte long", arguments: [0, 1, 4_096, 1_048_576])
    func lengths(length: Int) async throws {
        let queue = try DurableQueue(folder: folder.queue, limits: .test)
        let record = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
        #expect(await queue.record(record) == .success(1))
        let there = try await queue.everything()
        #expect(there == [DurableRecord(sequence: 1, bytes: record)])
        #expect(queue.backlog == (1, length))
        try await queue.remove(through: 1)
        #expect(queue.backlog == (0, 0))
        await queue.close()
    }

    @Test("A record that is too long is refused and takes no place")
    func tooLong() async throws {
        let limit = DurableQueue.Limits.recordBytes
        let queue = try DurableQueue(folder: folder.queue, limits: .limits(bytes: 3 * limit, reserved: 1))
        let reservation = try queue.reserve()
        let record = [UInt8](repeating: 0, count: limit + 1)
        #expect(await queue.record(record, using: reservation) == .failure(.tooLong(bytes: limit + 1, limit: limit)))
        #expect(queue.refusal() == nil)
        #expect(await queue.record(Array(record.dropLast())) == .success(1))
        await queue.close()
    }

    @Test("Removals last over restarts, and no sequence is given twice")
    func removal() async throws {
        let queue = try DurableQueue(folder: folder.queue, limits: .test)
        for number in 1...600 { queue.append([UInt8(number % 256)], using: nil) { _ in } }
        #expect(try await queue.record("last") == 601)
        try await queue.remove(through: 598)
        #expect(queue.backlog.records == 3)
        await queue.close()

        let second = try DurableQueue(folder: folder.queue, limits: .test)
        let left = try await second.everything()
        #expect(left.map(\.sequence) == [599, 600, 601])
        #expect(second.backlog == (3, 6))
        try await second.remove(through: .max)
        #expect(second.backlog == (0, 0))
        await second.close()

        let third = try DurableQueue(folder: folder.queue, limits: .test)
        #expect(third.backlog == (0, 0))
        #expect(try await third.record("new") == 602)
        await third.close()
    }

    @Test("Space of what was removed is used again, and given back when much of it is free")
    func space() async throws {
        let queue = try DurableQueue(folder: folder.queue, limits: .test)
        let record = [UInt8](repeating: 1, count: 100_000)
        for _ in 0..<400 { queue.append(record, using: nil) { _ in } }
        let last = try await queue.record("last")
        #expect(try folder.size(of: folder.database + "-wal") < 60_000_000)
        try await queue.remove(through: last)
        #expect(try await queue.record("next") == last + 1)
        await queue.close()
        #expect(try folder.size(of: folder.database) < 1_000_000)
    }

    @Test("Closing waits for what was appended and refuses what comes later")
    func closing() async throws {
        let queue = try DurableQueue(folder: folder.queue, limits: .test)
        let reservation = try queue.reserve()
        let outcomes = Outcomes()
        for _ in 0..<100 { queue.append([1], using: nil, whenSynced: outcomes.add) }
        async let first: Void = queue.close()
        async let second: Void = queue.close()
        _ = await (first, second)
        #expect(outcomes.all == (1...100).map { .success($0) })
        #expect(await queue.record([2]) == .failure(.closed))
        #expect(await queue.record([2], using: reservation) == .failure(.closed))
        #expect(queue.refusal() == .closed)
        #expect(queue.fault == .closed)
        await #expect(throws: DurableQueueError.closed) { try await queue.remove(through: 1) }
        await #expect(throws: (any Error).self) {
            try await queue.read(after: 0, maximumRecords: 1, maximumBytes: 1)
        }
        await queue.close()
    }
}
