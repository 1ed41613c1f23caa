import TallyCore
import TallyStore
import TallyTestSupport
import Testing

@Suite(.database) struct UnsettledCallTests {
    private static let generations = EventOrigin(name: "openrouter", form: "openrouter-generation", rank: .export)

    /// A relayed call of OpenRouter that is settled: its usage is known, and what it cost.
    private func call(
        _ id: String?, time: String = "2026-03-05T12:00:00Z", _ change: (inout UsageEvent) -> Void = { _ in }
    ) throws -> UsageEvent {
        var event = try plainEvent(1, time: time)
        event.identity = EventIdentity(relayedAt: event.time)
        event.offering = Offering(biller: "openrouter", provider: "openai", model: "any/one")
        event.requestID = id
        event.reportedCost = try Money(parsing: "0.5")
        change(&event)
        return event
    }

    private func unsettled(excluding: [String] = [], limit: Int = 100) async throws -> [String] {
        try await TestDatabase.current.tally.unsettledCalls(
            UnsettledCallQuery(
                biller: "openrouter", since: try instant("2026-03-04T00:00:00Z"),
                settledBy: Self.generations.form, excluding: excluding, limit: limit)
        ).map(\.requestID)
    }

    private func store(_ events: [UsageEvent], from origin: EventOrigin = .proxy) async throws -> StoredCounts {
        try await TestDatabase.current.tally.store(try batch(try events.map(priced), from: origin))
    }

    @Test func onlyCallsOfTheBillerThatMayStillBeSettledAreListed() async throws {
        _ = try await store([
            try call("settled"), try call(nil) { $0.usage = nil }, try call("") { $0.usage = nil },
            try call("others") { ($0.usage, $0.offering.biller) = (nil, "huggingface") },
            try call("old", time: "2026-03-03T23:59:59Z") { $0.usage = nil },
            try call("billed") { ($0.reportedCost, $0.billedCost) = (nil, $0.reportedCost) },
            try call("late", time: "2026-03-06T00:00:00Z") { $0.usage = nil },
            try call("broken", time: "2026-03-05T23:59:59Z") { $0.outcome = .interrupted },
            try call("free", time: "2026-03-04T00:00:00Z") { $0.reportedCost = nil },
            try call("twice", time: "2026-03-07T00:00:00Z") { $0.usage = nil },
            try call("twice", time: "2026-03-07T00:00:01Z") { $0.usage = nil },
        ])
        #expect(try await unsettled() == ["free", "broken", "late", "twice"])
        #expect(try await unsettled(limit: 2) == ["free", "broken"])
        #expect(try await unsettled(excluding: ["free", "late"]) == ["broken", "twice"])
    }

    @Test func whatWasAnsweredIsSettledWhicheverSourceAsked() async throws {
        _ = try await store([try call("a") { ($0.usage, $0.outcome) = (nil, .interrupted) }])
        var answer = try call("a") { ($0.outcome, $0.reportedCost) = (.interrupted, nil) }
        let log = EventOrigin(name: "app", form: "litellm", rank: .clientLog)
        #expect(try await store([answer], from: log).merged == 1)
        #expect(try await unsettled() == ["a"])
        answer.identity = EventIdentity(high: 9, low: 9)
        #expect(try await store([answer], from: Self.generations).merged == 1)
        #expect(try await unsettled() == [])
        // One that stands alone is not asked for either.
        let alone = try call("b") { ($0.usage, $0.outcome) = (nil, .interrupted) }
        #expect(try await store([alone], from: Self.generations).stored == 1)
        #expect(try await unsettled() == [])
    }
}
