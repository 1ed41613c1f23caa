import PostgresClient
import TallyTestSupport
import Testing

/// Opens a session with the shared test server for the time of a test.
@discardableResult
func withTestConnection<Value>(
    statementCacheCapacity: Int = PostgresConnection.defaultStatementCacheCapacity,
    _ body: (PostgresConnection) async throws -> Value
) async throws -> Value {
    let connection = try await PostgresConnection.connect(
        try await TestCluster.shared.conninfo(), statementCacheCapacity: statementCacheCapacity,
        setUp: ["SET TIME ZONE 'UTC'", "SET client_min_messages = debug1"])
    do {
        let value = try await body(connection)
        await connection.close()
        return value
    } catch {
        await connection.close()
        throw error
    }
}

/// Checks that a connection still runs statements.
func expectUsable(_ connection: PostgresConnection, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let rows = try await connection.query("select \(42)")
    let answer = try rows[0].decode(Int.self, at: 0)
    #expect(answer == 42, sourceLocation: sourceLocation)
}

/// Waits until a condition holds on the server, asking from a session of its own; fails after many rounds.
func waitOnServer(for condition: SQL) async throws {
    try await withTestConnection { connection in
        for _ in 0..<2_000 {
            let isMet = try await connection.query(condition)[0].decode(Bool.self, at: 0)
            if isMet { return }
            // The server's own clock paces the rounds.
            try await connection.executeScript("SELECT pg_sleep(0.005)")
        }
        Issue.record("the condition never held on the server")
    }
}

/// Checks that a call fails with a `PostgresError` of a kind and returns the error.
@discardableResult
func expectError(
    _ kind: PostgresError.Kind, sqlState: String? = nil, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async -> PostgresError? {
    do {
        try await body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch let error as PostgresError {
        #expect(error.kind == kind, "\(error.debugDescription)", sourceLocation: sourceLocation)
        if let sqlState { #expect(error.sqlState == sqlState, sourceLocation: sourceLocation) }
        return error
    } catch {
        Issue.record("another error: \(error)", sourceLocation: sourceLocation)
    }
    return nil
}

/// SplitMix64, for values that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
