import PostgresClient
import TallyTestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct PostgresConnectionTests {
    @Test func statementsReportTheirRows() async throws {
        try await withTestConnection { connection in
            try await connection.executeScript(
                "create temp table t (a int8); insert into t select generate_series(1, 10)")
            #expect(try await connection.execute("update t set a = a + 1 where a > \(5)") == 5)
            #expect(try await connection.execute("delete from t") == 10)
            #expect(try await connection.query("select * from t").isEmpty)
            #expect(try await connection.execute("create temp table u (a int8)") == 0)
            #expect(await connection.serverVersion >= 130_000)
        }
    }

    @Test func setUpRunsFirst() async throws {
        let connection = try await PostgresConnection.connect(
            try await TestCluster.shared.conninfo(), setUp: ["SET TIME ZONE 'Asia/Tokyo'"])
        let zone = try await connection.query("show time zone")[0].decode(String.self, at: 0)
        #expect(zone == "Asia/Tokyo")
        await connection.close()
        await connection.close()
        await expectError(.connectionLost) { try await connection.execute("select 1") }
    }

    @Test func unusableAddressesAreTypedErrors() async throws {
        let secret = await expectError(.connectionFailed) {
            _ = try await PostgresConnection.connect("password=hush hush")
        }
        #expect(secret?.debugDescription.contains("hush") == false)
        #expect(secret?.isRetryable == false)
        let refused = await expectError(.connectionFailed) {
            _ = try await PostgresConnection.connect("host=/nonexistent dbname=x")
        }
        #expect(refused?.isRetryable == true)
        let cluster = try await TestCluster.shared
        let unknown = await expectError(.connectionFailed, sqlState: "3D000") {
            _ = try await PostgresConnection.connect(cluster.conninfo(database: "no_such_database"))
        }
        #expect(unknown?.isRetryable == false)
        await expectError(.server, sqlState: "42601") {
            _ = try await PostgresConnection.connect(cluster.conninfo(), setUp: ["SETT x"])
        }
    }

    // MARK: Rows one by one

    @Test func rowsStreamInOrder() async throws {
        try await withTestConnection { connection in
            var next = 0
            try await connection.forEachRow("select x::int8 as x, repeat('y', 50) from generate_series(0, 49999) x") {
                row in
                let value = try row.decode(Int.self, named: "x")
                #expect(value == next)
                next += 1
            }
            #expect(next == 50_000)
            var none = 0
            try await connection.forEachRow("select 1 where \(false)") { _ in none += 1 }
            #expect(none == 0)
        }
    }

    @Test func streamsEndEarlyAndCleanly() async throws {
        struct Enough: Error {}
        try await withTestConnection { connection in
            await #expect(throws: Enough.self) {
                try await connection.forEachRow("select generate_series(1, 10000000)") { _ in throw Enough() }
            }
            try await expectUsable(connection)
            await #expect(throws: Enough.self) {
                try await connection.copyOut("copy (select generate_series(1, 10000000)) to stdout") { _ in
                    throw Enough()
                }
            }
            try await expectUsable(connection)
            // An error after rows were already handed over.
            var rows = 0
            await expectError(.server, sqlState: "22012") {
                try await connection.forEachRow("select 1 / (3000 - x) from generate_series(1, 5000) x") { _ in
                    rows += 1
                }
            }
            #expect(rows > 0 && rows < 3_000)
            await expectError(.server, sqlState: "42601") { try await connection.forEachRow("selec") { _ in } }
            try await expectUsable(connection)
        }
    }

    @Test func otherStatementsAreRefusedDuringAStream() async throws {
        try await withTestConnection { connection in
            await expectError(.misuse) {
                try await connection.forEachRow("select generate_series(1, 10)") { _ in
                    try await connection.execute("select 1")
                }
            }
            try await expectUsable(connection)
        }
    }

    // MARK: Transactions

    @Test func aSavepointUndoesOnlyItself() async throws {
        try await withTestConnection { connection in
            try await connection.executeScript("CREATE TEMPORARY TABLE kept (n integer PRIMARY KEY)")
            let count = try await connection.transaction { inner in
                try await inner.execute("INSERT INTO kept VALUES (1)")
                await expectError(.server) {
                    try await inner.savepoint { inner in
                        try await inner.execute("INSERT INTO kept VALUES (2)")
                        try await inner.execute("INSERT INTO kept VALUES (1)")
                    }
                }
                let added = try await inner.savepoint { inner in
                    try await inner.execute("INSERT INTO kept VALUES (3)")
                }
                try await inner.execute("INSERT INTO kept VALUES (4)")
                return added
            }
            #expect(count == 1)
            let kept = try await connection.query("SELECT n FROM kept ORDER BY n").map {
                try $0.decode(Int32.self, at: 0)
            }
            #expect(kept == [1, 3, 4])
            await expectError(.misuse) { try await connection.savepoint { _ in } }
            try await expectUsable(connection)
        }
    }

    @Test func transactionsCommitOrRollBack() async throws {
        struct Stop: Error {}
        try await withTestConnection { connection in
            try await connection.executeScript("create temp table t (a int8)")
            let value = try await connection.transaction { inner in
                try await inner.execute("insert into t values (1)")
                return 7
            }
            #expect(value == 7)
            await #expect(throws: Stop.self) {
                try await connection.transaction { inner in
                    try await inner.execute("insert into t values (2)")
                    throw Stop()
                }
            }
            let level = try await connection.transaction(isolation: .serializable) { inner in
                try await inner.query("show transaction_isolation")[0].decode(String.self, at: 0)
            }
            #expect(level == "serializable")
            #expect(try await connection.query("select a from t").map { try $0.decode(Int.self, at: 0) } == [1])
        }
    }

    @Test func failedCommitsAreErrors() async throws {
        try await withTestConnection { connection in
            try await connection.executeScript("create temp table t (a int8 unique deferrable initially deferred)")
            await expectError(.server, sqlState: "23505") {
                _ = try await connection.transaction { try await $0.execute("insert into t values (1), (1)") }
            }
            await expectError(.transactionAborted) {
                try await connection.transaction { inner in
                    try await inner.execute("insert into t values (1)")
                    _ = try? await inner.execute("select 1 / 0")
                }
            }
            #expect(try await connection.query("select 1 from t").isEmpty)
        }
    }

    @Test func nestedTransactionsAreRefused() async throws {
        try await withTestConnection { connection in
            await expectError(.misuse) {
                try await connection.transaction { inner in try await inner.transaction { _ in } }
            }
            try await connection.transaction { try await $0.execute("select 1") }
        }
    }

    // MARK: Cancellation and loss

    @Test func cancellationStopsTheStatement() async throws {
        try await withTestConnection { connection in
            let pid = await connection.backendProcessID
            await withTaskGroup { group in
                group.addTask {
                    _ = await expectError(.cancelled) { try await connection.execute("select pg_sleep(60)") }
                }
                group.addTask {
                    await #expect(throws: Never.self) {
                        try await waitOnServer(
                            for:
                                "select exists (select from pg_stat_activity where pid = \(pid) and wait_event = 'PgSleep')"
                        )
                    }
                }
                await group.next()
                group.cancelAll()
            }
            try await expectUsable(connection)
        }
    }

    @Test func cancellationRacesNeverHitTheNextStatement() async throws {
        try await withTestConnection { connection in
            for _ in 0..<200 {
                await withTaskGroup { group in
                    group.addTask {
                        do throws(PostgresError) {
                            try await connection.execute("select pg_sleep(0.0005)")
                        } catch {
                            #expect(error.kind == .cancelled)
                        }
                    }
                    group.cancelAll()
                }
                let one = try await connection.execute("select 1")
                #expect(one == 1)
            }
        }
    }

    @Test func cancelledTransactionsRollBack() async throws {
        try await withTestConnection { connection in
            try await connection.executeScript("create temp table t (a int8)")
            await withTaskGroup { group in
                group.addTask {
                    _ = await expectError(.cancelled) {
                        try await connection.transaction { inner in
                            try await inner.execute("insert into t values (1)")
                            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                            try await inner.execute("insert into t values (2)")
                        }
                    }
                }
            }
            #expect(try await connection.query("select 1 from t").isEmpty)
        }
    }

    @Test func terminatedBackendIsALostConnection() async throws {
        try await withTestConnection { connection in
            let pid = await connection.backendProcessID
            await withTaskGroup { group in
                group.addTask {
                    let error = await expectError(.connectionLost) {
                        try await connection.execute("select pg_sleep(60)")
                    }
                    #expect(error?.isRetryable == true)
                }
                group.addTask {
                    await #expect(throws: Never.self) {
                        try await waitOnServer(
                            for:
                                "select exists (select from pg_stat_activity where pid = \(pid) and wait_event = 'PgSleep')"
                        )
                        try await withTestConnection { other in
                            try await other.execute("select pg_terminate_backend(\(pid))")
                        }
                    }
                }
            }
            #expect(await !connection.isAlive())
            await expectError(.connectionLost) { try await connection.execute("select 1") }
        }
    }

    @Test func cancelledConnectAttemptsEnd() async throws {
        let conninfo = try await TestCluster.shared.conninfo()
        await withTaskGroup { group in
            group.addTask {
                unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                _ = await expectError(.cancelled) { _ = try await PostgresConnection.connect(conninfo) }
            }
        }
    }
}
