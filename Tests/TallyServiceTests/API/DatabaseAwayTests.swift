import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

/// What the API says while PostgreSQL is away, or not in the shape it needs.
struct DatabaseAwayTests {
    private static let routes = ["/api/v1/usage", "/api/v1/events", "/api/v1/projects", "/api/v1/prices"]

    @Test func withoutAServerQuestionsAreToldToAskAgain() async throws {
        let pool = PostgresPool(
            conninfo: "host='/nowhere' dbname='none'", acquireTimeout: .seconds(600),
            connectRetryTimeout: .milliseconds(1))
        try await APIClient.with(TallyDatabase(pool: pool)) { api in
            for route in Self.routes {
                let answer = try await api.get(route)
                let detail = try expectProblem(answer, 503)
                #expect(detail.contains("/readyz"))
                #expect(!answer.text.contains("/nowhere"))
            }
            let ready = try await api.get("/readyz")
            #expect(ready.status == 503)
            let problems = try ready.object["problems"] as? [String]
            #expect(problems?.count == 1)
            #expect(problems?.first?.hasPrefix("PostgreSQL: ") == true)
            for path in ["/healthz", "/openapi.json"] {
                let answer = try await api.get(path)
                #expect(answer.status == 200)
            }
        }
        _ = await pool.shutdown()
    }

    @Test func aServerThatStopsAndStartsIsAwayAndBack() async throws {
        let cluster = try TestCluster.startPrivate()
        let pool = PostgresPool(
            conninfo: cluster.conninfo(), acquireTimeout: .seconds(600), connectRetryTimeout: .milliseconds(200),
            setUp: TallyDatabase.sessionSetup(statementTimeoutSeconds: 10))
        try await pool.withConnection { _ = try await Migrator().migrate($0) }
        try await APIClient.with(TallyDatabase(pool: pool)) { api in
            for route in Self.routes {
                let answer = try await api.get(route)
                #expect(answer.status == 200)
            }
            try cluster.stopServer()
            for route in Self.routes { try expectProblem(try await api.get(route), 503) }
            try cluster.startServer()
            for route in Self.routes {
                let answer = try await api.get(route)
                #expect(answer.status == 200)
            }
        }
        _ = await pool.shutdown()
        try cluster.remove()
    }

    @Test(.emptyDatabase) func aDatabaseThatWasNotMigratedIsNotReady() async throws {
        try await APIClient.with(try TestDatabase.current.tally) { api in
            let ready = try await api.get("/readyz")
            #expect(ready.status == 503)
            let problems = try ready.object["problems"] as? [String]
            #expect(problems == ["the database lacks \(Migration.builtIn.count) migrations; run `tally migrate`"])
            let answer = try await api.get("/api/v1/usage")
            try expectProblem(answer, 500)
            #expect(!answer.text.contains("usage_by_quarter"))
        }
    }
}
