import Testing

@testable import TallyService

struct StoreQueueTests {
    @Test func oneGroupIsSentWhileAnotherIsSettled() async throws {
        var queue = StoreQueue(limit: 2)
        #expect(queue.hasPlace && queue.isEmpty)
        let first = queue.nextTurn()
        #expect(!queue.hasPlace)
        try await first.come()
        #expect(queue.hasPlace && !queue.hasFinished)
        let second = queue.nextTurn()
        #expect(!queue.hasPlace)
        first.end()
        #expect(queue.hasFinished)
        queue.collect()
        // The second one is still being sent.
        #expect(!queue.hasPlace && !queue.isEmpty)
        try await second.come()
        #expect(queue.hasPlace)
        second.end()
        queue.collect()
        #expect(queue.isEmpty && !queue.hasFinished)
    }

    @Test func aGroupThatIsSentAgainDoesNotLetTwoBeSent() async throws {
        var queue = StoreQueue(limit: 3)
        let first = queue.nextTurn()
        try await first.come()
        let second = queue.nextTurn()
        try await first.come()
        #expect(!queue.hasPlace)
        first.end()
        try await second.come()
        #expect(queue.hasPlace)
    }

    @Test func theNextGroupFailsLikeTheOneBeforeIt() async throws {
        struct Broken: Error {}
        var queue = StoreQueue(limit: 2)
        let first = queue.nextTurn()
        try await first.come()
        let second = queue.nextTurn()
        first.end(throwing: Broken())
        await #expect(throws: Broken.self) { try await second.come() }
    }
}
