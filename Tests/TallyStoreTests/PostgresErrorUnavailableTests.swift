import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

struct PostgresErrorUnavailableTests {
    @Test(arguments: ["57P01", "57P02", "57P03", "53300"])
    func aServerThatGoesAwayOrIsFullIsUnavailable(state: String) async throws {
        let error = await error(raising: state)
        #expect(error?.isUnavailable == true)
    }

    @Test(arguments: ["23505", "57014", "42601", "22012", "53100"])
    func aServerThatRefusesIsNot(state: String) async throws {
        let error = await error(raising: state)
        #expect(error?.sqlState == state)
        #expect(error?.isUnavailable == false)
    }

    @Test func aServerThatIsNotThereIsUnavailable() async throws {
        let error = await #expect(throws: PostgresError.self) {
            _ = try await PostgresConnection.connect("host='/nowhere' dbname='none'")
        }
        #expect(error?.isUnavailable == true)
        let asPort: (any Error)? = error
        #expect(asPort is any UnavailableError)
    }

    @Test func aFullPoolIsUnavailable() async throws {
        let pool = PostgresPool(
            conninfo: try await TestCluster.shared.conninfo(), maxConnections: 1, maxWaiters: 0)
        let error = await #expect(throws: PostgresError.self) {
            try await pool.withConnection { _ in try await pool.withConnection { _ in } }
        }
        _ = await pool.shutdown()
        #expect(error?.kind == .poolExhausted)
        #expect(error?.isUnavailable == true)
    }

    private func error(raising state: String) async -> PostgresError? {
        await #expect(throws: PostgresError.self) {
            let connection = try await PostgresConnection.connect(try await TestCluster.shared.conninfo())
            try await connection.executeScript("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '\(state)'; END $$")
        }
    }
}
