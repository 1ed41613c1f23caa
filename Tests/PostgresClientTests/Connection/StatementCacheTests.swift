import Testing

@testable import PostgresClient

@Suite struct StatementCacheTests {
    private func key(_ text: String) -> StatementCache.Key { StatementCache.Key(text: text, types: []) }

    @Test func secondUsePrepares() {
        var cache = StatementCache(capacity: 2)
        #expect(cache.plan(for: key("a")) == .direct)
        #expect(cache.plan(for: key("a")) == .prepare("s1"))
        cache.didPrepare(key("a"), name: "s1")
        #expect(cache.plan(for: key("a")) == .execute("s1"))
        #expect(cache.plan(for: StatementCache.Key(text: "a", types: [.text])) == .direct)
    }

    @Test func leastRecentlyUsedLeaves() {
        var cache = StatementCache(capacity: 2)
        for name in ["a", "b"] {
            _ = cache.plan(for: key(name))
            cache.didPrepare(key(name), name: name)
        }
        #expect(cache.plan(for: key("a")) == .execute("a"))
        #expect(cache.plan(for: key("c")) == .direct)
        #expect(cache.count == 2)
        #expect(cache.takeSurplus() == ["b"])
        #expect(cache.takeSurplus() == [])
        #expect(cache.plan(for: key("a")) == .execute("a"))
    }

    @Test func noCapacityMeansNoPreparing() {
        var cache = StatementCache(capacity: 0)
        for _ in 0..<3 { #expect(cache.plan(for: key("a")) == .direct) }
        #expect(cache.count == 0)
    }

    @Test func staleStatementsArePreparedAnew() {
        var cache = StatementCache(capacity: 1)
        _ = cache.plan(for: key("a"))
        cache.didPrepare(key("a"), name: "s1")
        cache.invalidate(key("a"))
        // One name too many on the server already.
        #expect(cache.plan(for: key("a")) == .direct)
        #expect(cache.takeSurplus() == ["s1"])
        #expect(cache.plan(for: key("a")) == .prepare("s1"))
    }

    @Test func serverHoldsNoMoreThanTheCache() async throws {
        try await withTestConnection(statementCacheCapacity: 4) { connection in
            for _ in 0..<3 {
                for number in 0..<4 { try await connection.execute("select \(raw: String(number))") }
            }
            #expect(try await preparedCount(connection) == 4)
            for number in 10..<30 {
                for _ in 0..<2 { try await connection.execute("select \(raw: String(number))") }
            }
            #expect(try await preparedCount(connection) <= 4)
        }
    }

    @Test func changedTablesAreNoticed() async throws {
        try await withTestConnection { connection in
            try await connection.executeScript("create temp table t (a int8); insert into t values (1)")
            for _ in 0..<3 { try await connection.execute("select * from t") }
            try await connection.executeScript("alter table t add column b int8 default 2")
            let row = try await connection.query("select * from t")[0]
            #expect(try row.decode(Int.self, named: "b") == 2)
            try await connection.executeScript("deallocate all")
            #expect(try await connection.execute("select * from t") == 1)
            try await connection.executeScript("alter table t drop column b")
            await expectError(.server, sqlState: "0A000") {
                try await connection.transaction { _ = try await $0.query("select * from t") }
            }
            let isMended = try await connection.transaction {
                try await $0.query("select * from t").columnNames == ["a"]
            }
            #expect(isMended)
        }
    }

    /// Prepared statements of the session; asked in a way that is never prepared itself.
    private func preparedCount(_ connection: PostgresConnection) async throws -> Int {
        var count = -1
        try await connection.forEachRow("select count(*) from pg_prepared_statements") { row in
            count = try row.decode(Int.self, at: 0)
        }
        return count
    }
}
