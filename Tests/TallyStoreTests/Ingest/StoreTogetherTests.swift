import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

/// Batches that are stored in one call.
@Suite(.database) struct StoreTogetherTests {
    /// Stores batches in one call.
    private func store(_ batches: [EventBatch], into tally: TallyDatabase) async throws -> StoredCounts {
        var prepared: [EncodedBatch] = []
        for batch in batches { prepared.append(try await tally.prepare(batch)) }
        return try await tally.store(prepared) {}
    }

    /// The texts a statement gives.
    private func texts(_ database: TestDatabase, _ statement: SQL) async throws -> [String] {
        try await database.query(statement).map { try $0.decode(String.self, at: 0) }
    }

    @Test func storesAllAndTheLastCheckpointOfEachItem() async throws {
        let database = try TestDatabase.current
        var generator = try EventGenerator(seed: 71)
        let events = generator.priced(300)
        let counts = try await store(
            [
                try batch(Array(events[..<100]), item: "a", position: 10),
                try batch([], item: "b", position: 5, isComplete: true),
                try batch(Array(events[100...]), item: "a", position: 30, isComplete: true),
            ], into: database.tally)
        #expect((counts.stored, counts.duplicate) == (300, 0))
        #expect(counts.unpriced == ReferenceReport.totals(events, try .everything()).unpricedRequests)
        let report = try await database.tally.report(try .everything())
        #expect(report.totals == ReferenceReport.totals(events, try .everything()))
        try await expectRollupsMatchEvents(database)
        let rows = try await texts(
            database,
            "SELECT item || ' ' || position || ' ' || is_complete FROM source_checkpoints ORDER BY item")
        #expect(rows == ["a 30 true", "b 5 true"])
    }

    @Test func oneKnownEventDoesNotKeepTheOthersOut() async throws {
        let database = try TestDatabase.current
        var generator = try EventGenerator(seed: 72)
        let events = generator.priced(90)
        _ = try await database.tally.store(try batch([events[40]]))
        // The event that was there, and one that two of the batches hold.
        let counts = try await store(
            [
                try batch(Array(events[..<30])), try batch(Array(events[30..<60])),
                try batch([events[0]] + Array(events[60...])),
            ], into: database.anotherTally())
        #expect((counts.stored, counts.duplicate) == (89, 2))
        let report = try await database.tally.report(try .everything())
        #expect(report.totals == ReferenceReport.totals(events, try .everything()))
        try await expectRollupsMatchEvents(database)
    }

    /// Every writer guesses which rollups are there already; none of them can know.
    @Test(arguments: [UInt64(73), 74, 75]) func wrongGuessesAboutRollupsCostNothingButTime(seed: UInt64) async throws {
        let database = try TestDatabase.current
        var generator = try EventGenerator(seed: seed)
        let events = generator.priced(400)
        var random = SplitMix64(seed: seed)
        let writers = [database.tally, database.anotherTally(), database.anotherTally()]
        for piece in events.cut(upTo: 60, using: &random) {
            let half = piece.count / 2
            let writer = Int.random(in: 0..<writers.count, using: &random)
            _ = try await store(
                [try batch(Array(piece[..<half])), try batch(Array(piece[half...]))], into: writers[writer])
        }
        let report = try await database.tally.report(try .everything())
        #expect(report.totals == ReferenceReport.totals(events, try .everything()))
        try await expectRollupsMatchEvents(database)
    }

    @Test func nothingIsStoredWhenTheLastStatementFails() async throws {
        let database = try TestDatabase.current
        var generator = try EventGenerator(seed: 76)
        let events = generator.priced(50)
        try await database.run("ALTER TABLE source_checkpoints ADD CONSTRAINT broken CHECK (position < 100)")
        await #expect(throws: PostgresError.self) {
            _ = try await store(
                [
                    try batch(Array(events[..<20]), item: "a"),
                    try batch(Array(events[20...]), item: "b", position: 100),
                ], into: database.tally)
        }
        let counts = try await texts(
            database,
            """
            SELECT (SELECT count(*) FROM events) || ' ' || (SELECT count(*) FROM event_identities) || ' '
                || (SELECT count(*) FROM usage_by_quarter)
            """)
        #expect(counts == ["0 0 0"])
        try await database.run("ALTER TABLE source_checkpoints DROP CONSTRAINT broken")
        let again = try await store([try batch(events)], into: database.tally)
        #expect(again.stored == 50)
        try await expectRollupsMatchEvents(database)
    }
}
