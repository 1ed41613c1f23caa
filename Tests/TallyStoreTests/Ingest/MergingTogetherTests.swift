import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

/// Many writers that tell of the same calls at once, and writers that fail in the middle.
@Suite(.database) struct MergingTogetherTests {
    @Test(arguments: UInt64(121)...126) func manyWritersInDifferentOrdersGiveOneEventACall(seed: UInt64) async throws {
        let database = try TestDatabase.current
        var generator = try CallGenerator(seed: seed)
        let told = try generator.contributions(ofCalls: 40)
        var random = generator.random
        let tallies = (0..<2).map { _ in database.anotherTally(poolWidth: 5) }
        // Every contribution is told by one to three writers.
        let shares = (0..<8).map { _ in told.filter { _ in random.oneIn(4) }.shuffled(using: &random) }
        let missing = told.filter { contribution in
            !shares.contains { $0.contains { $0.event.identity == contribution.event.identity } }
        }
        let work = try (shares + [missing.shuffled(using: &random)]).map { share in
            try share.cut(upTo: 25, using: &random).flatMap(batches)
        }
        let before = try await deadlocks(database)
        let counts = try await withThrowingTaskGroup(of: StoredCounts.self) { group in
            for (writer, batches) in work.enumerated() {
                group.addTask {
                    var counts = StoredCounts()
                    for batch in batches { counts += try await tallies[writer % 2].store(batch) }
                    return counts
                }
            }
            return try await group.reduce(into: StoredCounts()) { $0 += $1 }
        }
        #expect(counts.stored + counts.merged == told.count)
        #expect(counts.duplicate == shares.reduce(missing.count) { $0 + $1.count } - told.count)
        try await ExpectedCalls(told).expect(in: database)
        let after = try await deadlocks(database)
        #expect(after == before)
    }

    /// Corrections and reprices go on while calls are merged.
    @Test(arguments: UInt64(131)...133) func correctionsAndRepricesGoOnMeanwhile(seed: UInt64) async throws {
        let database = try TestDatabase.current
        var generator = try CallGenerator(seed: seed)
        let told = try generator.contributions(ofCalls: 30)
        var random = generator.random
        try await database.tally.apply(try SamplePrices.makeTable())
        let (first, rest) = (told.filter { $0.origin == .log }, told.filter { $0.origin != .log })
        for batch in try batches(first) { _ = try await database.tally.store(batch) }
        let corrected = first.map { contribution in
            var copy = contribution
            copy.event.attribution = Attribution(project: "corrected", user: "u\(seed)", tags: ["team": "new"])
            return copy
        }
        let merging = try rest.shuffled(using: &random).cut(upTo: 9, using: &random).flatMap(batches)
        let correcting = try corrected.shuffled(using: &random).cut(upTo: 5, using: &random).flatMap(batches)
        let tallies = (0..<3).map { _ in database.anotherTally() }
        let before = try await deadlocks(database)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for batch in merging { _ = try await tallies[0].store(batch) } }
            group.addTask { for batch in correcting { _ = try await tallies[1].store(batch) } }
            group.addTask {
                for _ in 0..<3 {
                    _ = try await tallies[2].reprice(
                        RepriceRequest(query: try .everything(), mode: .write(note: nil), batchEvents: 7),
                        onProgress: { _ in })
                }
            }
            try await group.waitForAll()
        }
        let key = corrected.map { contribution in
            var copy = contribution
            let original = first.first { $0.event.identity == copy.event.identity }?.event.attribution ?? .none
            copy.event.attribution = original.corrected(by: contribution.event.attribution)
            return copy
        }
        try await ExpectedCalls(key + rest).expect(in: database)
        let after = try await deadlocks(database)
        #expect(after == before)
    }

    /// When a merge fails, at whichever table, the call is as it was before.
    @Test(arguments: [
        "event_matches", "events", "event_contributions", "event_identities", "merge_conflicts", "usage_by_quarter",
        "source_checkpoints",
    ])
    func aFailureAtAnyTableLeavesTheCallAsItWas(table: String) async throws {
        let database = try TestDatabase.current
        var log = try plainEvent(1)
        log.requestID = "gen-1"
        var relayed = try plainEvent(2, time: "2026-04-01T12:00:00Z", project: "relayed")
        relayed.requestID = "gen-1"
        relayed.offering.model = "unheard-of"
        relayed.time = try instant("2026-03-06T00:00:00Z")
        let told = [Contribution(event: log, origin: .log), Contribution(event: relayed, origin: .proxy)]
        _ = try await database.tally.store(try batch([try priced(log)]))
        let event = table == "event_identities" ? "INSERT OR UPDATE" : "INSERT"
        try await database.run(
            """
            CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'planned' USING ERRCODE = 'P0009'; END $$;
            CREATE TRIGGER planned AFTER \(event) ON \(table) FOR EACH STATEMENT EXECUTE FUNCTION fail();
            """)
        let relay = try batch([try priced(relayed)], from: .proxy)
        let error = await #expect(throws: PostgresError.self) { _ = try await database.tally.store(relay) }
        #expect(error?.sqlState == "P0009")
        try await ExpectedCalls([told[0]]).expect(in: database)
        for table in ["event_contributions", "merge_conflicts"] {
            let count = try await database.count("SELECT count(*) FROM \(identifier: table)")
            #expect(count == 0, "\(table)")
        }
        try await database.run("DROP TRIGGER planned ON \(table)")
        let counts = try await database.tally.store(relay)
        #expect((counts.stored, counts.merged) == (0, 1))
        try await ExpectedCalls(told).expect(in: database)
    }

    /// Deadlocks so far, which the server counts.
    private func deadlocks(_ database: TestDatabase) async throws -> Int {
        try await database.count("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    }
}
