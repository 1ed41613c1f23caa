import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

@Suite(.emptyDatabase) struct MigratorTests {
    private let good = [
        Migration(name: "0001_first.sql", sql: "CREATE TABLE first (a integer);"),
        Migration(name: "0002_second.sql", sql: "CREATE TABLE second (a integer); INSERT INTO first VALUES (2);"),
    ]

    @Test func appliesEverythingToAnEmptyDatabaseAndNothingTwice() async throws {
        let database = try TestDatabase.current
        let migrator = Migrator()
        let (applied, again, pending) = try await database.pool.withConnection { connection in
            (
                try await migrator.migrate(connection), try await migrator.migrate(connection),
                try await migrator.pendingCount(connection)
            )
        }
        #expect(applied == Migration.builtIn.map(\.name))
        #expect(!applied.isEmpty)
        #expect(again == [])
        #expect(pending == 0)
    }

    @Test func statusNamesWhatIsAppliedAndWhatIsPending() async throws {
        let database = try TestDatabase.current
        let before = try await database.pool.withConnection { try await Migrator(migrations: good).status($0) }
        #expect(before.map(\.name) == ["0001_first.sql", "0002_second.sql"])
        #expect(before.allSatisfy { $0.appliedAt == nil })
        let after = try await database.pool.withConnection { connection in
            _ = try await Migrator(migrations: [good[0]]).migrate(connection)
            return try await Migrator(migrations: good).status(connection)
        }
        let time = try #require(after[0].appliedAt)
        #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)
        #expect(after[1].appliedAt == nil)
    }

    @Test func appliesOnlyWhatIsNew() async throws {
        let database = try TestDatabase.current
        let applied = try await database.pool.withConnection { connection in
            _ = try await Migrator(migrations: [good[0]]).migrate(connection)
            return try await Migrator(migrations: good).migrate(connection)
        }
        #expect(applied == ["0002_second.sql"])
        let count = try await database.count("SELECT count(*) FROM first")
        #expect(count == 1)
    }

    @Test func refusesAnAppliedFileThatWasEdited() async throws {
        let database = try TestDatabase.current
        let edited = [Migration(name: good[0].name, sql: "CREATE TABLE first (a bigint);"), good[1]]
        let error = await #expect(throws: StoreError.self) {
            try await database.pool.withConnection { connection in
                _ = try await Migrator(migrations: [good[0]]).migrate(connection)
                _ = try await Migrator(migrations: edited).migrate(connection)
            }
        }
        guard case .migrationEdited("0001_first.sql")? = error else {
            Issue.record("not that it was edited: \(String(describing: error))")
            return
        }
        let hasSecond = try await database.count("SELECT count(*) FROM pg_class WHERE relname = 'second'")
        #expect(hasSecond == 0)
    }

    @Test func refusesADatabaseOfANewerProgram() async throws {
        let database = try TestDatabase.current
        let error = await #expect(throws: StoreError.self) {
            try await database.pool.withConnection { connection in
                _ = try await Migrator(migrations: good).migrate(connection)
                _ = try await Migrator(migrations: [good[0]]).migrate(connection)
            }
        }
        guard case .databaseNewer("0002_second.sql")? = error else {
            Issue.record("not that it is newer: \(String(describing: error))")
            return
        }
    }

    @Test func twoAtOnceApplyEachFileOnce() async throws {
        let database = try TestDatabase.current
        let names = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await database.pool.withConnection { try await Migrator().migrate($0) }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(names == Migration.builtIn.map(\.name))
    }

    @Test func aFileThatFailsLeavesNothingAndTheOnesBeforeItStay() async throws {
        let database = try TestDatabase.current
        let broken =
            good + [
                Migration(name: "0003_third.sql", sql: "CREATE TABLE third (a integer); SELECT 1 / 0;")
            ]
        let error = await #expect(throws: PostgresError.self) {
            try await database.pool.withConnection { try await Migrator(migrations: broken).migrate($0) }
        }
        #expect(error?.sqlState == "22012")
        let tables = try await database.query(
            "SELECT relname::text FROM pg_class WHERE relname IN ('first', 'second', 'third') ORDER BY 1"
        ).map { try $0.decode(String.self, at: 0) }
        #expect(tables == ["first", "second"])
        let pending = try await database.pool.withConnection { try await Migrator(migrations: broken).pendingCount($0) }
        #expect(pending == 1)
        // The lock was given back: another session can go on with a mended file.
        let mended = good + [Migration(name: "0003_third.sql", sql: "CREATE TABLE third (a integer);")]
        let other = try await PostgresConnection.connect(database.conninfo)
        let applied = try await Migrator(migrations: mended).migrate(other)
        await other.close()
        #expect(applied == ["0003_third.sql"])
    }

    /// What was stored before there were classes for cached audio and images stays as it was, also where more of the same
    /// is stored afterwards and where it is charged to somebody else.
    @Test func eventsOfAnOlderSchemaGoOnCounting() async throws {
        let database = try TestDatabase.current
        let older = Migration.builtIn.filter { $0.name < "0003" }
        #expect(older.count == 2)
        _ = try await database.pool.withConnection { try await Migrator(migrations: older).migrate($0) }
        let old = try (UInt64(1)...40).map { number in
            var event = try plainEvent(number, time: "2026-03-\(10 + number % 4)T12:00:00Z")
            event.usage?[.cacheRead] = Int64(number)
            return event
        }
        let stored = try old.map(priced)
        var first = try batch(stored)
        // What a source goes on with has got a column since.
        first.checkpoint = nil
        // What a program of that time would not write.
        try await database.run("ALTER TABLE sources ADD form text, ADD rank smallint, ADD UNIQUE (name, form)")
        _ = try await database.tally.store(first)
        try await database.run("ALTER TABLE sources DROP form, DROP rank")
        let applied = try await database.pool.withConnection { try await Migrator().migrate($0) }
        #expect(applied.first == "0003_cached_kinds.sql")
        try await expectRollupsMatchEvents(database)
        let tally = database.anotherTally()
        let after = try await tally.report(try .everything())
        #expect(after.totals == ReferenceReport.totals(stored, try .everything()))
        let kept = try await tally.events(try .everything(), after: nil, limit: 100)
        #expect(Set(kept.map(\.event.identity)) == Set(old.map(\.identity)) && kept.count == old.count)
        #expect(kept.allSatisfy { $0.event.usage?[.cacheReadAudio] == nil && $0.event.usage?[.cacheRead] != nil })
        // The same months and quarters of an hour, with the new classes in them, and one event moved.
        let new = try (UInt64(41)...60).map { number in
            var event = try plainEvent(number, time: "2026-03-\(10 + number % 4)T12:00:00Z")
            event.usage?[.cacheReadAudio] = Int64(number)
            event.usage?[.cacheReadImage] = 1
            return event
        }
        var moved = old[0]
        moved.attribution.project = "other"
        let counts = try await tally.store(try batch(try (new + [moved]).map(priced), position: 2))
        #expect((counts.stored, counts.reattributed) == (20, 1))
        try await expectRollupsMatchEvents(database)
        let totals = try await tally.report(try .everything()).totals
        #expect(totals.quantities[.cacheRead] == 820 && totals.quantities[.cacheReadAudio] == 1010)
        #expect(totals.quantities[.cacheReadImage] == 20 && totals.quantities[.input] == 60_000)
    }

    /// What was stored before there was merging is merged with what comes.
    @Test func callsOfAnOlderSchemaAreMergedWithWhatComes() async throws {
        let database = try TestDatabase.current
        let older = Migration.builtIn.filter { $0.name < "0005" }
        _ = try await database.pool.withConnection { try await Migrator(migrations: older).migrate($0) }
        try await database.run("ALTER TABLE sources ADD form text, ADD rank smallint, ADD UNIQUE (name, form)")
        var told = try batch(try [plainEvent(1), plainEvent(2), plainEvent(3)].map(priced))
        // What a source goes on with is kept under it as a whole since.
        told.checkpoint = nil
        _ = try await database.tally.store(told)
        try await database.run(
            """
            UPDATE events SET request_id = CASE WHEN event_id < '00000000-0000-0001-0000-000000000003' THEN 'gen-ü' ELSE '' END;
            ALTER TABLE sources DROP form, DROP rank;
            """)
        _ = try await database.pool.withConnection { try await Migrator().migrate($0) }
        let tally = database.anotherTally()
        var relayed = try plainEvent(9, project: "relayed")
        relayed.requestID = "gen-ü"
        var second = try batch([try priced(relayed)], from: .proxy)
        second.checkpoint = nil
        let counts = try await tally.store(second)
        #expect((counts.stored, counts.merged) == (0, 1))
        let projects = try await tally.events(try .everything(), after: nil, limit: 9).map(\.event.attribution.project)
        #expect(projects == ["p", "p", "relayed"])
        let origins = try await database.query("SELECT name || ' ' || form || ' ' || rank FROM sources ORDER BY 1")
        #expect(try origins.map { try $0.decode(String.self, at: 0) } == ["import tally 1", "proxy proxy 0"])
        try await expectRollupsMatchEvents(database)
    }

    @Test func readinessSaysThatMigrationsAreMissing() async throws {
        let database = try TestDatabase.current
        let problems = await database.tally.problems()
        #expect(problems == ["the database lacks \(Migration.builtIn.count) migrations; run `tally migrate`"])
        try await database.pool.withConnection { _ = try await Migrator().migrate($0) }
        let after = await database.tally.problems()
        #expect(after == [])
    }
}
