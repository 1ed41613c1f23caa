import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

/// When a transaction fails, nothing of its batch is there: not an identity, not an event, not a sum, not a checkpoint.
@Suite(.database) struct StoreFaultTests {
    @Test(arguments: ["event_identities", "events", "usage_by_quarter", "source_checkpoints"])
    func aFailureAtAnyTableLeavesNothingAndTheNextAttemptSucceeds(table: String) async throws {
        let database = try TestDatabase.current
        var generator = try EventGenerator(seed: 41)
        let events = generator.priced(50)
        try await database.run(
            """
            CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'planned' USING ERRCODE = 'P0009'; END $$;
            CREATE TRIGGER planned AFTER INSERT ON \(table) FOR EACH STATEMENT EXECUTE FUNCTION fail();
            """)
        let error = await #expect(throws: PostgresError.self) {
            _ = try await database.tally.store(try batch(events, position: 77))
        }
        #expect(error?.sqlState == "P0009")
        try await expectNothing(database)
        try await database.run("DROP TRIGGER planned ON \(table)")
        let counts = try await database.tally.store(try batch(events, position: 77))
        #expect(counts.stored == 50)
        let position = try await database.count("SELECT position FROM source_checkpoints WHERE item = 'a.jsonl'")
        #expect(position == 77)
        try await expectRollupsMatchEvents(database)
    }

    @Test func aFailureOfTheCorrectionTakesTheNewEventsBackToo() async throws {
        let database = try TestDatabase.current
        var known = try plainEvent(1)
        _ = try await database.tally.store(try batch([try priced(known)], position: 5))
        known.attribution.project = "elsewhere"
        try await database.run(
            """
            CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'planned' USING ERRCODE = 'P0009'; END $$;
            CREATE TRIGGER planned AFTER DELETE ON events FOR EACH STATEMENT EXECUTE FUNCTION fail();
            """)
        let error = await #expect(throws: PostgresError.self) {
            _ = try await database.tally.store(try batch([known, try plainEvent(2)].map(priced), position: 6))
        }
        #expect(error?.sqlState == "P0009")
        let stored = try await database.tally.events(try .everything(), after: nil, limit: 10)
        #expect(stored.map(\.event) == [try plainEvent(1)])
        let position = try await database.count("SELECT position FROM source_checkpoints")
        #expect(position == 5)
        try await expectRollupsMatchEvents(database)
    }

    @Test func aSumThatOverflowsInTheDatabaseIsAnErrorAndKeepsNothingOfTheBatch() async throws {
        let database = try TestDatabase.current
        var first = try plainEvent(1)
        first.reportedCost = Money.maximum
        _ = try await database.tally.store(try batch([try priced(first)]))
        var second = try plainEvent(2)
        second.reportedCost = Money(picodollars: 1)
        let error = await #expect(throws: PostgresError.self) {
            _ = try await database.tally.store(try batch([try priced(second)], position: 9))
        }
        #expect(error?.sqlState == "22003")
        try await expectRollupsMatchEvents(database)
        let counts = try await database.count("SELECT count(*) FROM event_identities")
        #expect(counts == 1)
        let position = try await database.count("SELECT position FROM source_checkpoints")
        #expect(position == 1)
    }

    @Test func aCountThatOverflowsInTheDatabaseIsAnErrorToo() async throws {
        let database = try TestDatabase.current
        _ = try await database.tally.store(try batch([try priced(try plainEvent(1))]))
        try await database.run("UPDATE usage_by_quarter SET input = 9223372036854775807 - 10")
        let error = await #expect(throws: PostgresError.self) {
            _ = try await database.tally.store(try batch([try priced(try plainEvent(2))]))
        }
        #expect(error?.sqlState == "22003")
        let counts = try await database.count("SELECT count(*) FROM events")
        #expect(counts == 1)
    }

    @Test func aSumThatOverflowsInOneBatchIsAnErrorAndNotATrap() async throws {
        let database = try TestDatabase.current
        let events = try (1...3).map { number in
            var event = try plainEvent(UInt64(number))
            event.reportedCost = Money.maximum
            return event
        }
        await #expect(throws: StoreError.self) {
            _ = try await database.tally.store(try batch(try events.map(priced)))
        }
        try await expectNothing(database)
    }

    private func expectNothing(
        _ database: TestDatabase, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        for table in ["event_identities", "events", "usage_by_quarter", "source_checkpoints"] {
            let count = try await database.count("SELECT count(*) FROM \(identifier: table)")
            #expect(count == 0, "\(table)", sourceLocation: sourceLocation)
        }
    }
}
