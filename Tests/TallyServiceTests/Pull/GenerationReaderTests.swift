import PostgresClient
import Synchronization
import TallyConfig
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

@testable import TallyService

/// Calls that OpenRouter is asked for one by one.
@Suite(.database, .timeLimit(.minutes(5))) struct GenerationReaderTests {
    private let pull: PullTesting

    /// 2026-06-10T12:00:00Z.
    private static let now = Instant(microseconds: 1_781_092_800_000_000)

    init() throws { pull = try PullTesting(TestDatabase.current, source: "router") }

    /// A reader as after a start, so many seconds later.
    private func reader(_ api: ScriptedAPI, after seconds: Int = 0, _ more: String = "") throws -> any SourceReading {
        let configuration = try Configuration(
            text: """
                sources:
                  - { name: router, kind: openrouter, base_url: '\(api.address)', reads: [generations],
                      api_key_env: API_TOKEN, attempts: 1\(more) }
                """, path: "/etc/tally.yaml")
        let now = Self.now.advanced(by: .seconds(seconds))
        let entry = try #require(try SourcePlan(configuration).entries.first)
        return entry.reader(
            SourcePlan.Surroundings(
                environment: ["API_TOKEN": "s3cret"], rejectFolder: "/nowhere", userAgent: "tally/test",
                now: { now }, pause: { _ in }),
            aliases: ProviderAliases(), batchEvents: 1_000)
    }

    /// Relays a stream that broke off before its usage came, so many minutes ago.
    private func relay(_ id: String, minutesAgo: Int = 60, input: Int64? = nil) async throws {
        var event = UsageEvent(
            identity: EventIdentity(relayedAt: Self.now), time: Self.now.advanced(by: .seconds(-60 * minutesAgo)))
        event.offering = Offering(biller: "openrouter", model: "any/one", route: .routed)
        event.attribution = Attribution(project: "search")
        event.requestID = id
        event.outcome = .interrupted
        if let input {
            var usage = UsageBuckets()
            usage[.input] = input
            event.usage = usage
        }
        let book = try SamplePrices.makeBook()
        let charge = book.charge(for: event.offering, usage: event.usage, at: event.time)
        let counts = try await pull.database.tally.store(
            EventBatch(
                events: [PricedEvent(event: event, charge: charge)], book: book, origin: .proxy, checkpoint: nil))
        #expect(counts.stored == 1)
    }

    /// Events, with what is known of all of them, and the same by the rollups.
    private func sums() async throws -> [String] {
        let columns = "coalesce(sum(input), -1), coalesce(sum(cache_read), -1), coalesce(sum(output), -1)"
        return try await pull.database.query(
            """
            SELECT concat_ws(' ', count(*), \(raw: columns), coalesce(sum(billed_cost), -1)::numeric(9, 4)) FROM events
            UNION ALL
            SELECT concat_ws(' ', sum(event_count), \(raw: columns), sum(billed_cost)::numeric(9, 4))
            FROM usage_by_quarter WHERE outcome = 'i'
            """
        ).map { try $0.decode(String.self, at: 0) }
    }

    @Test(arguments: [nil, 1_000 as Int64])
    func aStreamThatBrokeOffGetsItsUsageAndItsBillOnceTheyAreThere(seen: Int64?) async throws {
        try await relay("gen-1/a b", input: seen)
        let isThere = Atomic(false)
        let api = try ScriptedAPI { _, _ in
            isThere.load(ordering: .relaxed)
                ? .init(body: generation("gen-1/a b"))
                : .init(status: 404, body: #"{"error":{"code":404,"message":"not found"}}"#)
        }
        let first = try await pull.run(reader(api))
        #expect(first.failures.isEmpty && first.counts == SourceCounts(), "\(first.failures)")
        #expect(api.targets == ["/generation?id=gen-1%2Fa%20b"])
        #expect(api.heads.allSatisfy { $0.contains("Authorization: Bearer s3cret") })
        isThere.store(true, ordering: .relaxed)
        // Not at once again, though the reader is another.
        try await pull.run(reader(api, after: 59))
        #expect(api.targets.count == 1)
        let second = try await pull.run(reader(api, after: 60))
        #expect(second.failures.isEmpty && second.counts.read == 1, "\(second.failures)")
        #expect(try await sums() == ["1 1200 3000 500 0.0021", "1 1200 3000 500 0.0021"])
        let row = try #require(
            try await pull.database.query("SELECT provider, route FROM events JOIN offerings USING (offering_id)").first
        )
        #expect(try row.decode(String.self, at: 0) == "anthropic" && row.decode(String.self, at: 1) == "routed")
        // It is settled, whoever asks: this reader, and another one after a start.
        let later = try reader(api, after: 86_400)
        try await pull.run(later)
        try await pull.run(later)
        try await pull.run(reader(api, after: 90_000))
        #expect(api.targets.count == 2)
    }

    @Test func theOldestComeFirstAndARunIsBounded() async throws {
        for minutes in [10, 40, 20, 30] { try await relay("gen-\(minutes)", minutesAgo: minutes) }
        try await relay("gen-old", minutesAgo: 73 * 60)
        let api = try ScriptedAPI { _, target in
            .init(body: generation(String(target.split(separator: "=").last ?? "")))
        }
        try await pull.run(reader(api, ", max_generations: 3"))
        #expect(api.targets == ["40", "30", "20"].map { "/generation?id=gen-\($0)" })
        try await pull.run(reader(api, ", max_generations: 3"))
        #expect(api.targets.count == 4 && api.targets.last == "/generation?id=gen-10")
        #expect(try await pull.events == 5)
    }

    @Test func aCallThatIsNeverThereIsAskedForEightTimes() async throws {
        try await relay("gen-1", minutesAgo: 0)
        let api = try ScriptedAPI { _, _ in .init(status: 404, body: "{}") }
        for hour in 0..<720 where hour % 6 == 0 {
            try await pull.run(reader(api, after: hour * 3_600, ", look_back: 30d"))
        }
        #expect(api.targets.count == 8)
        // With the call its note goes.
        try await pull.run(reader(api, after: 31 * 86_400, ", look_back: 30d"))
        let state = try await pull.database.tally.checkpoints(of: "router").map(\.state)
        #expect(state.contains(#"{"asked":[]}"#), "\(state)")
    }

    @Test func anAnswerThatHasChangedIsNamedAndTheNextRunGoesOnBehindIt() async throws {
        try await relay("gen-1", minutesAgo: 20)
        try await relay("gen-2", minutesAgo: 10)
        let api = try ScriptedAPI { _, target in
            let good = generation(target.hasSuffix("1") ? "gen-1" : "gen-2")
            return .init(body: target.hasSuffix("1") ? good.replacing("total_cost", with: "sum") : good)
        }
        let broken = try await pull.run(reader(api))
        let failure = try #require(broken.failures.first)
        #expect(failure.hasPrefix("generations: ") && failure.contains("data.total_cost is missing"), "\(failure)")
        #expect(!failure.contains("s3cret") && !failure.contains("gen-1"))
        let next = try await pull.run(reader(api, after: 30))
        #expect(next.failures.isEmpty && next.counts.read == 1, "\(next.failures)")
    }

    @Test func anAnswerThatFailsHoldsNothingElseUp() async throws {
        try await relay("gen-1", minutesAgo: 20)
        try await relay("gen-2", minutesAgo: 10)
        let api = try ScriptedAPI { _, target in
            target.hasSuffix("1") ? .init(status: 500, body: "{}") : .init(body: generation("gen-2"))
        }
        let broken = try await pull.run(reader(api))
        #expect(broken.failures.first?.contains("status 500") == true && broken.counts.read == 0)
        let next = try await pull.run(reader(api, after: 30))
        #expect(next.failures.isEmpty && next.counts.read == 1, "\(next.failures)")
    }

    @Test func whatIsRememberedIsBounded() async throws {
        var progress = GenerationProgress()
        for number in 0..<GenerationProgress.maximumCalls {
            progress.postpone(UnsettledCall(requestID: "other-\(number)", time: Self.now), at: Self.now)
        }
        try await pull.database.tally.save(progress.checkpoint(item: GenerationReader.item), of: "router")
        try await relay("gen-1")
        let api = try ScriptedAPI { _, _ in .init(body: generation("gen-1")) }
        let full = try await pull.run(reader(api))
        #expect(full.failures.first?.contains("5000 calls were asked for in vain") == true, "\(full.failures)")
        #expect(full.failures.first?.contains("api_key_env") == true && api.targets.isEmpty)
    }

    @Test func aRefusalEndsTheRunAndCostsNoCallATry() async throws {
        try await relay("gen-1")
        let api = try ScriptedAPI { number, _ in
            number == 0
                ? .init(status: 429, headers: ["Retry-After: 1800"], body: "{}") : .init(body: generation("gen-1"))
        }
        let refused = try await pull.run(reader(api))
        #expect(refused.retryAfter == .seconds(1_800) && refused.failures.count == 1)
        let next = try await pull.run(reader(api, after: 1))
        #expect(next.failures.isEmpty && next.counts.read == 1)
    }

    /// What is told of another time than that of the call is no part of it, and an event of its own.
    @Test func anAnswerThatIsNotMergedIsNotAskedForAgain() async throws {
        try await relay("gen-1")
        let api = try ScriptedAPI { _, _ in .init(body: generation("gen-1", day: "2026-05-10")) }
        let outcome = try await pull.run(reader(api))
        #expect(outcome.counts.stored == 1)
        try await pull.run(reader(api, after: 3_600))
        #expect(api.targets.count == 1)
    }
}

private func generation(_ id: String, day: String = "2026-06-10") -> String {
    """
    {"data":{"id":"\(id)","created_at":"\(day)T11:00:01.25Z","model":"any/one","provider_name":"Anthropic",
    "total_cost":0.0021,"is_byok":false,"cancelled":true,"streamed":true,"latency":400,"generation_time":2100,
    "native_tokens_prompt":4200,"native_tokens_cached":3000,"native_tokens_completion":500,
    "native_tokens_reasoning":120,"native_tokens_completion_images":null}}
    """
}
