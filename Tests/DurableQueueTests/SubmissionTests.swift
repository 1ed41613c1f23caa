import Testing

@testable import DurableQueue

@Suite(.timeLimit(.minutes(2)))
struct SubmissionTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    @Test("Records that are handed over together keep their order; a refused one holds up no other and keeps no place")
    func together() async throws {
        let queue = try DurableQueue(folder: folder.queue, limits: .limits(records: 4, reserved: 3))
        let (outcomes, refusals) = (Outcomes(), Outcomes())
        let tooLong = [UInt8](repeating: 1, count: DurableQueue.Limits.recordBytes + 1)
        queue.append([
            .init([1], using: try queue.reserve(), whenSynced: outcomes.add),
            .init(tooLong, using: try queue.reserve(), whenSynced: refusals.add),
            .init([2], using: nil, whenSynced: outcomes.add),
        ])
        #expect(
            refusals.all == [.failure(.tooLong(bytes: tooLong.count, limit: DurableQueue.Limits.recordBytes))])
        DurableQueue.Submission([3], using: try queue.reserve(), whenSynced: refusals.add)
            .refuse(.diskFull(folder: folder.queue))
        #expect(refusals.all.last == .failure(.diskFull(folder: folder.queue)))
        // One of three at a time may be admitted still: nothing refused holds a place.
        #expect(queue.refusal() == nil)
        await queue.close()
        #expect(outcomes.all == [.success(1), .success(2)])
    }
}
