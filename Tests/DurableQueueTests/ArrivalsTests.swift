import Foundation
import Testing

@testable import DurableQueue

@Suite(.timeLimit(.minutes(2)))
struct ArrivalsTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    @Test("Whoever reads until nothing is left and then waits misses nothing")
    func noLostSignal() async throws {
        let queue = try DurableQueue(folder: folder.queue, limits: .test)
        let total = 3_000
        async let reading: [Int64] = Self.drain(queue, until: total)
        var appended = 0
        while appended < total {
            let burst = min(appended % 5 + 1, total - appended)
            for _ in 1..<burst { queue.append([1], using: nil) { _ in } }
            _ = await queue.record([1])
            appended += burst
        }
        let sequences = try await reading
        #expect(sequences == (1...Int64(total)).map { $0 })
        #expect(queue.backlog == (0, 0))
        await queue.close()
    }

    private static func drain(_ queue: DurableQueue, until total: Int) async throws -> [Int64] {
        var sequences: [Int64] = []
        for await _ in queue.arrivals {
            while true {
                let records = try await queue.read(
                    after: sequences.last ?? 0, maximumRecords: 100, maximumBytes: 10_000)
                guard let last = records.last else { break }
                sequences += records.map(\.sequence)
                try await queue.remove(through: last.sequence)
            }
            if sequences.count == total { break }
        }
        return sequences
    }

    @Test("Signals nobody waited for become one, and the stream ends with the queue")
    func coalescing() async throws {
        let queue = try DurableQueue(folder: folder.queue, limits: .test)
        let arrivals = queue.arrivals
        for _ in 0..<10 { _ = await queue.record([1]) }
        await queue.close()
        var signals = 0
        for await _ in arrivals { signals += 1 }
        #expect(signals == 1)
        for await _ in queue.arrivals { signals += 1 }
        #expect(signals <= 2)
    }

    @Test("A new stream begins with a signal if something is there, and ends the one before")
    func renewal() async throws {
        let queue = try DurableQueue(folder: folder.queue, limits: .test)
        _ = await queue.record([1])
        await queue.close()
        let reopened = try DurableQueue(folder: folder.queue, limits: .test)
        let former = reopened.arrivals
        var latter = reopened.arrivals.makeAsyncIterator()
        #expect(await latter.next() != nil)
        var signals = 0
        for await _ in former { signals += 1 }
        #expect(signals == 1)
        await reopened.close()
        #expect(await latter.next() == nil)
    }
}
