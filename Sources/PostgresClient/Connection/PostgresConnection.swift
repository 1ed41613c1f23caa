internal import BlockingExecutor
internal import CPostgres

/// One session with a server. All calls of libpq run on a queue of its own.
///
/// Use it from one task at a time: statements of two tasks would mix inside a transaction. When the calling task is
/// cancelled the statement under way is stopped, the call throws kind `.cancelled`, and the connection stays usable.
/// After kind `.connectionLost` only `close` is of use.
package actor PostgresConnection {
    /// How many statements stay prepared on one connection unless told otherwise.
    package static let defaultStatementCacheCapacity = 64
    /// How long opening a session may take unless told otherwise.
    package static let defaultConnectTimeoutSeconds = 10

    /// A statement that is still handing out its results; finished when the caller has yet to see the last ones.
    enum Stream { case rows, copyOut, finished }

    private let executor: BlockingExecutor
    var handle = ConnectionHandle()
    var statements: StatementCache
    var stream: Stream?
    var streamColumns: QueryResult.Columns?
    var isInTransaction = false
    private var target: CancelTarget?

    /// Where the actor runs: its own queue.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    private init(statementCacheCapacity: Int) {
        executor = BlockingExecutor(label: "postgres.connection")
        statements = StatementCache(capacity: statementCacheCapacity)
    }

    /// Opens a session.
    ///
    /// - Parameters:
    ///   - conninfo: Goes to libpq untouched; TLS, several hosts and the application's name are set there.
    ///   - connectTimeoutSeconds: The limit for the attempt as a whole, over all hosts, set-up apart.
    ///   - statementCacheCapacity: How many statements stay prepared; 0 prepares none.
    ///   - setUp: Statements to run before anything else, such as `SET TIME ZONE 'UTC'`.
    /// - Returns: the open session.
    /// - Throws: kinds `.connectionFailed`, `.timeout`, `.cancelled`, or `.server` for the set-up.
    package static func connect(
        _ conninfo: String,
        connectTimeoutSeconds: Int = defaultConnectTimeoutSeconds,
        statementCacheCapacity: Int = defaultStatementCacheCapacity,
        setUp: [String] = []
    ) async throws(PostgresError) -> PostgresConnection {
        precondition(connectTimeoutSeconds > 0, "the limit must be positive")
        let connection = PostgresConnection(statementCacheCapacity: statementCacheCapacity)
        try await connection.open(conninfo, timeoutSeconds: connectTimeoutSeconds)
        for statement in setUp { try await connection.executeScript(statement) }
        return connection
    }

    private func open(_ conninfo: String, timeoutSeconds: Int) async throws(PostgresError) {
        let relay = CancelRelay(target: nil)
        try await perform(relay: relay) { () throws(PostgresError) in
            handle = try ConnectionHandle.open(conninfo, timeoutSeconds: timeoutSeconds) { relay.isRequested }
        }
        target = handle.makeCancelTarget()
    }

    /// Ends the session; safe to call again.
    package func close() {
        handle.close()
        target = nil
        stream = nil
        isInTransaction = false
    }

    /// The server process of the session, as `pg_backend_pid()` says.
    package var backendProcessID: Int32 { handle.backendProcessID }

    /// The server's version, such as 150004.
    package var serverVersion: Int { handle.serverVersion }

    /// Whether the session stands, as far as can be known without a round trip.
    package func isAlive() -> Bool { handle.isAlive() }

    /// Brings the session back to a clean state after use: open transactions are rolled back.
    ///
    /// - Returns: false when the session cannot be used again.
    func prepareForReuse() async -> Bool {
        if stream != nil { await abandonStream() }
        if handle.isOpen, handle.transactionStatus != PQTRANS_IDLE { _ = handle.exec("ROLLBACK") }
        isInTransaction = false
        return handle.isOpen && handle.transactionStatus == PQTRANS_IDLE
    }

    // MARK: The one way to the wire

    /// Runs blocking work on this actor's queue, stopped when the task is cancelled.
    func perform<Value: Sendable>(_ work: () throws(PostgresError) -> Value) async throws(PostgresError) -> Value {
        try await perform(relay: CancelRelay(target: target), work)
    }

    private func perform<Value: Sendable>(
        relay: CancelRelay, _ work: () throws(PostgresError) -> Value
    ) async throws(PostgresError) -> Value {
        guard !Task.isCancelled else { throw .cancelled }
        let result = await withTaskCancellationHandler {
            run(relay, work)
        } onCancel: {
            relay.request()
        }
        return try result.get()
    }

    /// Never suspends, so nothing else happens on the connection in between.
    private func run<Value>(
        _ relay: CancelRelay, _ work: () throws(PostgresError) -> Value
    ) -> Result<Value, PostgresError> {
        guard relay.begin() else { return .failure(.cancelled) }
        let result: Result<Value, PostgresError>
        do throws(PostgresError) {
            result = .success(try work())
        } catch {
            let isStopped = error.sqlState == "57014" || error.kind == .connectionLost
            result = .failure(relay.isRequested && isStopped ? .cancelled : error)
        }
        if !relay.finish() { close() }
        return result
    }

    /// Asks the server to stop the statement under way; used where the wish comes from this actor itself.
    func askServerToStop() { target?.askServer() }

    // MARK: Results

    /// Refuses statements while another is still handing out results.
    func requireNoStream() throws(PostgresError) {
        guard stream == nil else {
            throw PostgresError(.misuse, "the connection is still handing out rows; use another, or wait for the end")
        }
    }

    /// Passes on a result that says success, and throws for any other.
    @discardableResult
    func accept(_ result: QueryResult?) throws(PostgresError) -> QueryResult {
        guard let result else { throw lineError() }
        switch result.status {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY, PGRES_SINGLE_TUPLE:
            return result
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            drain()
            throw PostgresError(.misuse, "a COPY statement where another was expected; use copyIn or copyOut")
        default:
            let error = result.serverError()
            guard handle.isOpen, !error.isFatal else { throw error.with(kind: .connectionLost) }
            throw error
        }
    }

    /// Why there was no result at all.
    func lineError() -> PostgresError {
        PostgresError(.connectionLost, handle.isOpen ? "libpq gave no result" : "the session with the server broke")
    }

    /// Reads and drops whatever the server still sends, until it waits for a statement again.
    func drain() {
        var scratch: [UInt8] = []
        while handle.isOpen, let result = handle.nextResult(columns: streamColumns) {
            switch result.status {
            case PGRES_COPY_IN:
                guard handle.endCopy(error: "not wanted") else { return }
            case PGRES_COPY_OUT:
                while handle.appendCopy(to: &scratch) { scratch.removeAll(keepingCapacity: true) }
            case PGRES_COPY_BOTH:
                return close()
            default:
                break
            }
        }
    }
}
