import Testing

@testable import PostgresClient

@Suite struct PoolStateTests {
    private typealias State = PoolState<Int, String>
    private let late = ContinuousClock.now + .seconds(60)

    private func describe(_ answer: State.Answer) -> String {
        switch answer {
        case .granted(.connection(let connection)): "connection \(connection)"
        case .granted(.permit): "permit"
        case .queued: "queued"
        case .refused(let kind): kind.rawValue
        }
    }

    private func describe(_ action: State.Action) -> String {
        switch action {
        case .nothing: "nothing"
        case .resume(let waiter, .permit): "\(waiter) gets permit"
        case .resume(let waiter, .connection(let connection)): "\(waiter) gets \(connection)"
        case .close(let connection): "close \(connection)"
        case .closeAndResume(let connection, let waiter, _): "close \(connection), \(waiter) gets permit"
        }
    }

    @Test func slotsAreLentFirstComeFirstServed() {
        var state = State(maximumConnections: 1, maximumWaiters: 2)
        #expect(describe(state.acquire(id: 1, waiter: "a", deadline: late)) == "permit")
        #expect(describe(state.acquire(id: 2, waiter: "b", deadline: late)) == "queued")
        #expect(describe(state.acquire(id: 3, waiter: "c", deadline: late)) == "queued")
        #expect(describe(state.acquire(id: 4, waiter: "d", deadline: late)) == "poolExhausted")
        #expect(describe(state.release(7)) == "b gets 7")
        #expect(describe(state.discard(7)) == "close 7, c gets permit")
        #expect(describe(state.returnPermit()) == "nothing")
        #expect(state.total == 0)
    }

    @Test func idleConnectionsAreUsedAgain() {
        var state = State(maximumConnections: 2, maximumWaiters: 0)
        _ = state.acquire(id: 1, waiter: "a", deadline: late)
        #expect(describe(state.release(7)) == "nothing")
        #expect(describe(state.acquire(id: 2, waiter: "b", deadline: late)) == "connection 7")
        #expect(describe(state.acquire(id: 3, waiter: "c", deadline: late)) == "permit")
        #expect(describe(state.acquire(id: 4, waiter: "d", deadline: late)) == "poolExhausted")
        #expect(describe(state.discard(7)) == "close 7")
        #expect(state.total == 1)
    }

    @Test func permitsAreTradedForFreedConnections() {
        var state = State(maximumConnections: 2, maximumWaiters: 0)
        _ = state.acquire(id: 1, waiter: "a", deadline: late)
        _ = state.acquire(id: 2, waiter: "b", deadline: late)
        #expect(state.tradePermit() == nil)
        _ = state.release(7)
        #expect(state.tradePermit() == 7)
        #expect(state.total == 1)
    }

    @Test func waitersLeaveWhenTheyMust() {
        let now = ContinuousClock.now
        var state = State(maximumConnections: 1, maximumWaiters: 4)
        _ = state.acquire(id: 1, waiter: "a", deadline: now)
        for (place, waiter) in ["b", "c", "d"].enumerated() {
            _ = state.acquire(id: UInt64(2 + place), waiter: waiter, deadline: now + .seconds(place))
        }
        #expect(state.remove(id: 3) == "c")
        #expect(state.remove(id: 3) == nil)
        #expect(state.nextDeadline == now)
        #expect(state.expire(now: now + .seconds(1)) == ["b"])
        #expect(state.waiterCount == 1)
    }

    @Test func closedPoolsGiveNothing() {
        var state = State(maximumConnections: 2, maximumWaiters: 1)
        _ = state.acquire(id: 1, waiter: "a", deadline: late)
        _ = state.acquire(id: 2, waiter: "b", deadline: late)
        _ = state.acquire(id: 3, waiter: "c", deadline: late)
        #expect(describe(state.release(7)) == "c gets 7")
        _ = state.release(8)
        let (idle, waiters) = state.close()
        #expect(idle == [8] && waiters.isEmpty)
        #expect(describe(state.acquire(id: 4, waiter: "d", deadline: late)) == "poolClosed")
        #expect(describe(state.release(7)) == "close 7")
        #expect(state.total == 0)
    }

    @Test func pausesGrowToTheirLimit() {
        let backoff = Backoff(initial: .milliseconds(100), maximum: .seconds(1))
        var random = SeededGenerator(seed: 3)
        for (failures, longest) in [(1, 100), (2, 200), (4, 800), (5, 1_000), (1_000_000, 1_000)] {
            for _ in 0..<50 {
                let pause = backoff.pause(afterFailures: failures, using: &random)
                #expect(pause >= .milliseconds(longest / 2) && pause <= .milliseconds(longest))
            }
        }
    }
}
