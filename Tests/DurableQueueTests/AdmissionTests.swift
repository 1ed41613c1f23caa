import Foundation
import Testing

@testable import DurableQueue

@Suite("I9: what waits is bounded", .timeLimit(.minutes(2)))
struct AdmissionTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    @Test("Records that wait and places that are reserved are bounded together; a removal makes room")
    func records() async throws {
        let queue = try DurableQueue(folder: folder.queue, limits: .limits(records: 3))
        _ = try await queue.record("a")
        let reservations = [try queue.reserve(), try queue.reserve()]
        #expect(queue.refusal() == .full(.records(held: 3, limit: 3)))
        #expect(await queue.record([1]) == .failure(.full(.records(held: 3, limit: 3))))
        #expect(await queue.record([2], using: reservations[0]) == .success(2))
        #expect(queue.refusal() == .full(.records(held: 3, limit: 3)))
        try await queue.remove(through: 1)
        #expect(queue.refusal() == nil)
        reservations[1].release()
        await queue.close()

        let reopened = try DurableQueue(folder: folder.queue, limits: .limits(records: 1))
        #expect(reopened.refusal() == .full(.records(held: 1, limit: 1)))
        await reopened.close()
    }

    @Test("Bytes that wait are bounded; a reservation holds its share, a longer record needs room for the rest")
    func bytes() async throws {
        let limits = DurableQueue.Limits.limits(bytes: 10_000, reserved: 4, ballast: 0)
        let queue = try DurableQueue(folder: folder.queue, limits: limits)
        let share = limits.reservationBytes
        let reservation = try queue.reserve()
        let free = 10_000 - share
        let over = DurableQueueError.full(.bytes(held: share, wanted: free + 1, limit: 10_000))
        #expect(await queue.record([UInt8](repeating: 0, count: free + 1)) == .failure(over))
        #expect(await queue.record([UInt8](repeating: 0, count: free)) == .success(1))
        #expect(queue.refusal() == .full(.bytes(held: 10_000, wanted: share, limit: 10_000)))
        #expect(await queue.record([UInt8](repeating: 0, count: share), using: reservation) == .success(2))
        #expect(queue.backlog == (2, 10_000))
        try await queue.remove(through: 1)

        let long = [UInt8](repeating: 0, count: free)
        #expect(await queue.record(long, using: try queue.reserve()) == .success(3))
        try await queue.remove(through: 2)
        let tooMuch = DurableQueueError.full(.bytes(held: free, wanted: share + 1, limit: 10_000))
        let tight = [UInt8](repeating: 0, count: share + 1)
        #expect(await queue.record(tight, using: try queue.reserve()) == .failure(tooMuch))
        await queue.close()
    }

    @Test("Places that are admitted and not on disk are bounded, and come back when their records are")
    func admitted() async throws {
        let queue = try DurableQueue(folder: folder.queue, limits: .limits(reserved: 2))
        let first = try queue.reserve()
        let second = try queue.reserve()
        #expect(queue.refusal() == .full(.admitted(held: 2, limit: 2)))
        #expect(await queue.record([1]) == .failure(.full(.admitted(held: 2, limit: 2))))
        #expect(await queue.record([1], using: first) == .success(1))
        #expect(await queue.record([2]) == .success(2))
        second.release()
        await queue.close()
    }

    @Test("A place is given back exactly once, whatever is done with the reservation")
    func exactlyOnce() async throws {
        let queue = try DurableQueue(folder: folder.queue, limits: .limits(reserved: 3))
        let kept = try queue.reserve()
        let used = try queue.reserve()
        #expect(await queue.record([1], using: used) == .success(1))
        used.release()
        // A used one takes a place of its own, like none at all.
        #expect(await queue.record([2], using: used) == .success(2))
        do {
            let dropped = try queue.reserve()
            dropped.release()
            dropped.release()
            _ = try queue.reserve()
        }
        let others = [try queue.reserve(), try queue.reserve()]
        #expect(queue.refusal() == .full(.admitted(held: 3, limit: 3)))
        kept.release()
        #expect(queue.refusal() == nil)
        for reservation in others { reservation.release() }
        await queue.close()
    }

    @Test("Many threads that use, release and drop reservations leave no place behind")
    func racing() async throws {
        let queue = try DurableQueue(folder: folder.queue, limits: .limits(reserved: 8))
        let recorded = await withTaskGroup(of: Int.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var recorded = 0
                    for number in 0..<300 {
                        guard let reservation = try? queue.reserve() else { continue }
                        switch (task + number) % 3 {
                        case 0:
                            if case .success = await queue.record([1], using: reservation) { recorded += 1 }
                            reservation.release()
                        case 1: reservation.release()
                        default: break
                        }
                    }
                    return recorded
                }
            }
            return await group.reduce(0, +)
        }
        #expect(queue.backlog.records == recorded)
        let all = try (0..<8).map { _ in try queue.reserve() }
        #expect(queue.refusal() == .full(.admitted(held: 8, limit: 8)))
        #expect(all.count == 8)
        await queue.close()
    }
}
