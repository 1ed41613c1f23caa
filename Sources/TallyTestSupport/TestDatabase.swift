package import PostgresClient
internal import Synchronization
package import TallyCore
package import TallyStore

/// The database a test has to itself; see ``DatabaseTrait``.
package final class TestDatabase: Sendable {
    /// Why a test has no database.
    package struct Missing: Error, CustomStringConvertible {
        /// What to add.
        package let description = "this test has no database; add the trait .database to it or to its suite"
    }

    @TaskLocal static var scoped: TestDatabase?

    /// Connections one pool opens at most.
    private static let poolWidth = 10
    private static let statementTimeoutSeconds = 60

    /// The name on the server.
    package let name: String
    /// The connection string.
    package let conninfo: String
    /// Connections to it, set up as the programs set theirs up.
    package let pool: PostgresPool
    /// Tally on top of it.
    package let tally: TallyDatabase
    private let furtherPools = Mutex<[PostgresPool]>([])

    init(name: String, conninfo: String) {
        self.name = name
        self.conninfo = conninfo
        pool = Self.makePool(conninfo, width: Self.poolWidth)
        tally = TallyDatabase(pool: pool)
    }

    /// The database of the test that is running.
    package static var current: TestDatabase {
        get throws {
            guard let scoped else { throw Missing() }
            return scoped
        }
    }

    /// Another Tally on the same database, which remembers nothing of what the first one did: a second daemon.
    package func anotherTally(poolWidth: Int = 4) -> TallyDatabase {
        let pool = Self.makePool(conninfo, width: poolWidth)
        furtherPools.withLock { $0.append(pool) }
        return TallyDatabase(pool: pool)
    }

    /// Lends one more migrated database, empty, for the time of a piece of a test.
    package static func withAnother<Value>(_ body: (TestDatabase) async throws -> Value) async throws -> Value {
        let cluster = try await TestCluster.shared
        let name = try await cluster.createDatabase(template: try await TemplateDatabase.shared.name(on: cluster))
        let database = TestDatabase(name: name, conninfo: cluster.conninfo(database: name))
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(database))
        } catch {
            result = .failure(error)
        }
        await database.close()
        try await cluster.dropDatabase(name)
        return try result.get()
    }

    /// Runs a statement in a session of the pool.
    @discardableResult
    package func query(_ statement: SQL) async throws -> QueryResult {
        try await pool.withConnection { try await $0.query(statement) }
    }

    /// The one number a statement returns.
    package func count(_ statement: SQL) async throws -> Int {
        try await query(statement).first?.decode(Int.self, at: 0) ?? 0
    }

    /// Runs statements without parameters.
    package func run(_ script: String) async throws {
        try await pool.withConnection { try await $0.executeScript(script) }
    }

    func close() async {
        _ = await pool.shutdown(drainTimeout: .seconds(1))
        for pool in furtherPools.withLock({ $0 }) { _ = await pool.shutdown(drainTimeout: .seconds(1)) }
    }

    private static func makePool(_ conninfo: String, width: Int) -> PostgresPool {
        PostgresPool(
            conninfo: conninfo, maxConnections: width,
            setUp: TallyDatabase.sessionSetup(statementTimeoutSeconds: statementTimeoutSeconds))
    }
}

extension TallyDatabase {
    /// Applies a table, as the configured one of whoever runs the test.
    @discardableResult
    package func apply(_ table: PriceTable) async throws -> (added: Int, withdrawn: Int) {
        let application = PriceApplication(
            table: table.digest, configured: table.digest, isBuiltIn: false, files: ["test.yaml"])
        let changes = try await apply(table, from: application, isDryRun: false)
        return (changes.added, changes.withdrawn)
    }
}
