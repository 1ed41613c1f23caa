import PostgresClient
import TallyTestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct PostgresPoolTests {
    private func makePool(
        _ maxConnections: Int, maxWaiters: Int = 100, acquireTimeout: Duration = .seconds(30)
    ) async throws -> PostgresPool {
        PostgresPool(
            conninfo: try await TestCluster.shared.conninfo(), maxConnections: maxConnections, maxWaiters: maxWaiters,
            acquireTimeout: acquireTimeout)
    }

    /// Returns once so many callers wait; yields between looks.
    private func waitForWaiters(_ count: Int, _ pool: PostgresPool) async {
        while pool.counts.waiters < count, !Task.isCancelled { await Task.yield() }
    }

    @Test func fiftyTasksShareFourConnections() async throws {
        let pool = try await makePool(4)
        let pids = try await withThrowingTaskGroup { group in
            for number in 0..<50 {
                group.addTask {
                    try await pool.withConnection { connection in
                        let row = try await connection.query(
                            "select pg_backend_pid(), \(number), pg_sleep(0.002)::text")[0]
                        #expect(try row.decode(Int.self, at: 1) == number)
                        return try row.decode(Int32.self, at: 0)
                    }
                }
            }
            return try await group.reduce(into: Set<Int32>()) { $0.insert($1) }
        }
        #expect((1...4).contains(pids.count))
        #expect(pool.counts.connections == pids.count && pool.counts.idle == pids.count)
        #expect(await pool.shutdown())
        #expect(pool.counts.connections == 0)
        await expectError(.poolClosed) { try await pool.withConnection { _ in } }
    }

    @Test func waitersCanBeCancelled() async throws {
        let pool = try await makePool(1)
        try await pool.withConnection { _ in
            await withTaskGroup { group in
                group.addTask { _ = await expectError(.cancelled) { try await pool.withConnection { _ in } } }
                await waitForWaiters(1, pool)
                group.cancelAll()
            }
            #expect(pool.counts.waiters == 0)
        }
        let one = try await pool.withConnection { try await $0.execute("select 1") }
        #expect(one == 1)
        await pool.shutdown()
    }

    @Test func waitersAreBoundedInNumberAndTime() async throws {
        let pool = try await makePool(1, maxWaiters: 1, acquireTimeout: .milliseconds(300))
        try await pool.withConnection { _ in
            await withTaskGroup { group in
                group.addTask {
                    _ = await expectError(.timeout) { try await pool.withConnection { _ in } }
                }
                await waitForWaiters(1, pool)
                await expectError(.poolExhausted) { try await pool.withConnection { _ in } }
            }
        }
        await pool.shutdown()
    }

    @Test func waitersHearOfTheShutdown() async throws {
        let pool = try await makePool(1)
        try await pool.withConnection { _ in
            await withTaskGroup { group in
                group.addTask { _ = await expectError(.poolClosed) { try await pool.withConnection { _ in } } }
                await waitForWaiters(1, pool)
                let isDrained = await pool.shutdown(drainTimeout: .milliseconds(20))
                #expect(!isDrained)
            }
        }
        #expect(pool.counts.connections == 0)
    }

    @Test func brokenConnectionsAreReplaced() async throws {
        let pool = try await makePool(2)
        let victim = await expectError(.connectionLost) {
            try await pool.withConnection { connection in
                try await connection.execute("select pg_terminate_backend(pg_backend_pid())")
                try await connection.execute("select 1")
            }
        }
        #expect(victim?.isRetryable == true)
        #expect(pool.counts.connections == 0)
        // A session that dies while it lies idle is noticed before it is lent.
        let pid = try await pool.withConnection { await $0.backendProcessID }
        try await withTestConnection { other in
            try await other.execute("select pg_terminate_backend(\(pid))")
        }
        try await waitOnServer(for: "select not exists (select from pg_stat_activity where pid = \(pid))")
        let next = try await pool.withConnection { connection in
            try await connection.query("select pg_backend_pid()")[0].decode(Int32.self, at: 0)
        }
        #expect(next != pid)
        await pool.shutdown()
    }

    @Test func openTransactionsDoNotLeak() async throws {
        let pool = try await makePool(1)
        try await pool.withConnection { connection in
            try await connection.executeScript("begin; create table leak (a int8)")
        }
        let isThere = try await pool.withConnection { connection in
            try await connection.query("select to_regclass('leak') is not null")[0].decode(Bool.self, at: 0)
        }
        #expect(!isThere)
        await pool.shutdown()
    }

    @Test func lostRacesAreRunAgain() async throws {
        let cluster = try await TestCluster.shared
        let database = try await cluster.createDatabase()
        let pool = PostgresPool(conninfo: cluster.conninfo(database: database), maxConnections: 4)
        try await pool.withConnection {
            try await $0.executeScript("create table t (a int8); insert into t values (0)")
        }
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    try await pool.withTransaction(isolation: .serializable, retries: 50) { connection in
                        let value = try await connection.query("select a from t")[0].decode(Int.self, at: 0)
                        try await connection.execute("update t set a = \(value + 1)")
                    }
                }
            }
            try await group.waitForAll()
        }
        let total = try await pool.withConnection { try await $0.query("select a from t")[0].decode(Int.self, at: 0) }
        #expect(total == 8)
        var runs = 0
        await expectError(.server, sqlState: "40001") {
            try await pool.withTransaction(retries: 2) { connection in
                runs += 1
                try await connection.executeScript("do $$ begin raise exception using errcode = '40001'; end $$")
            }
        }
        #expect(runs == 3)
        await pool.shutdown()
        try await cluster.dropDatabase(database)
    }

    @Test func restartedServerIsFoundAgain() async throws {
        let cluster = try TestCluster.startPrivate()
        let pool = PostgresPool(conninfo: cluster.conninfo(), maxConnections: 2, acquireTimeout: .seconds(30))
        try await pool.withConnection { _ = try await $0.execute("select 1") }
        try cluster.stopServer()
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    let one = try await pool.withConnection { try await $0.execute("select 1") }
                    #expect(one == 1)
                }
            }
            // Two hold permits and pause between attempts, two wait behind them.
            await waitForWaiters(2, pool)
            try cluster.startServer()
            try await group.waitForAll()
        }
        await pool.shutdown()
        try cluster.remove()
    }

    @Test func refusedConnectionsEndBeforeThePatienceWithABusyPool() async throws {
        // A second attempt would come after half an hour at the earliest.
        let pool = PostgresPool(
            conninfo: "host=/nonexistent", maxConnections: 1, acquireTimeout: .seconds(3_600),
            connectRetryTimeout: .milliseconds(1), backoff: Backoff(initial: .seconds(3_600), maximum: .seconds(3_600)))
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask { _ = await expectError(.connectionFailed) { try await pool.withConnection { _ in } } }
            }
        }
        #expect(pool.counts.connections == 0)
    }

    @Test func busyPoolsAreWaitedForHoweverShortTheRetries() async throws {
        let pool = PostgresPool(
            conninfo: try await TestCluster.shared.conninfo(), maxConnections: 1, acquireTimeout: .seconds(30),
            connectRetryTimeout: .zero)
        let waiting = try await pool.withConnection { _ in
            let task = Task { try await pool.withConnection { try await $0.execute("select 1") } }
            await waitForWaiters(1, pool)
            return task
        }
        #expect(try await waiting.value == 1)
        await pool.shutdown()
    }

    @Test func patienceWithAnAbsentServerEnds() async throws {
        let pool = PostgresPool(
            conninfo: "host=/nonexistent", maxConnections: 1, acquireTimeout: .milliseconds(200),
            backoff: Backoff(initial: .milliseconds(10), maximum: .milliseconds(40)))
        await expectError(.connectionFailed) { try await pool.withConnection { _ in } }
        #expect(pool.counts.connections == 0)
    }
}
