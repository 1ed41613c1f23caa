import PostgresClient
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

    @Test func readinessSaysThatMigrationsAreMissing() async throws {
        let database = try TestDatabase.current
        let problems = await database.tally.problems()
        #expect(problems == ["the database lacks \(Migration.builtIn.count) migrations; run `tally migrate`"])
        try await database.pool.withConnection { _ = try await Migrator().migrate($0) }
        let after = await database.tally.problems()
        #expect(after == [])
    }
}
