internal import Dispatch
internal import Synchronization

/// A bounded set of connections, lent to one caller at a time, first come, first served.
///
/// Connections are opened when needed, dropped when broken, and opened again with growing pauses for as long as the
/// caller's patience lasts: `acquireTimeout`, of which at most `connectRetryTimeout` with a server that cannot be
/// reached. Nothing runs in the background.
package final class PostgresPool: Sendable {
    /// How many connections a pool opens at most unless told otherwise.
    package static let defaultMaximumConnections = 8
    /// How many callers may wait for a connection unless told otherwise.
    package static let defaultMaximumWaiters = 1_024
    /// How long a caller waits for a connection unless told otherwise.
    package static let defaultAcquireTimeout: Duration = .seconds(10)
    /// How often a shutdown looks whether the last connection came back.
    private static let drainPoll: Duration = .milliseconds(5)

    typealias State = PoolState<PostgresConnection, CheckedContinuation<Result<Grant, PostgresError>, Never>>

    /// As `PoolState.Grant`, which cannot name itself in its own waiter.
    enum Grant: Sendable {
        case connection(PostgresConnection)
        case permit
    }

    private struct Shared {
        var state: State
        var nextID: UInt64 = 0
        var isTimerSet = false
    }

    /// How many connections are open at most.
    package let maximumConnections: Int
    private let conninfo: String
    private let acquireTimeout: Duration
    private let connectRetryTimeout: Duration
    private let connectTimeoutSeconds: Int
    private let statementCacheCapacity: Int
    private let setUp: [String]
    private let backoff: Backoff
    private let shared: Mutex<Shared>
    private let timers = DispatchQueue(label: "postgres.pool")

    /// Describes a pool; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - conninfo: Goes to libpq untouched.
    ///   - maxConnections: How many connections are open at most.
    ///   - maxWaiters: How many callers wait at most; the next is refused with kind `.poolExhausted`.
    ///   - acquireTimeout: How long a caller waits for a connection, opening included.
    ///   - connectRetryTimeout: How long after it came a caller still retries to open a connection; as long as
    ///     `acquireTimeout` when not given. A caller tries at least once, however long it waited for its turn.
    ///   - connectTimeoutSeconds: The limit of one attempt to open a connection.
    ///   - statementCacheCapacity: How many statements stay prepared on each connection.
    ///   - setUp: Statements that are run on each new connection.
    ///   - backoff: The pauses between attempts to open a connection.
    package init(
        conninfo: String,
        maxConnections: Int = defaultMaximumConnections,
        maxWaiters: Int = defaultMaximumWaiters,
        acquireTimeout: Duration = defaultAcquireTimeout,
        connectRetryTimeout: Duration? = nil,
        connectTimeoutSeconds: Int = PostgresConnection.defaultConnectTimeoutSeconds,
        statementCacheCapacity: Int = PostgresConnection.defaultStatementCacheCapacity,
        setUp: [String] = [],
        backoff: Backoff = Backoff()
    ) {
        self.conninfo = conninfo
        self.maximumConnections = maxConnections
        self.acquireTimeout = acquireTimeout
        self.connectRetryTimeout = min(connectRetryTimeout ?? acquireTimeout, acquireTimeout)
        self.connectTimeoutSeconds = connectTimeoutSeconds
        self.statementCacheCapacity = statementCacheCapacity
        self.setUp = setUp
        self.backoff = backoff
        shared = Mutex(Shared(state: State(maximumConnections: maxConnections, maximumWaiters: maxWaiters)))
    }

    /// Lends a connection for the time of `body`, which must not keep it.
    ///
    /// A transaction left open is rolled back. `body` runs where the caller runs.
    ///
    /// - Throws: what `body` throws; else kinds `.timeout`, `.connectionFailed`, `.poolExhausted`, `.poolClosed`,
    ///   `.cancelled`.
    @discardableResult
    package func withConnection<Value>(_ body: (PostgresConnection) async throws -> Value) async throws -> Value {
        let connection = try await acquire()
        do {
            let value = try await body(connection)
            await giveBack(connection)
            return value
        } catch {
            await giveBack(connection)
            throw error
        }
    }

    /// Opens a connection of the caller's own, beside those of the pool and set up as they are.
    ///
    /// For what lasts as long as a session, such as a lock. The caller closes it.
    ///
    /// - Returns: the connection.
    /// - Throws: as `PostgresConnection.connect`, after one attempt.
    package func openOwnConnection() async throws(PostgresError) -> PostgresConnection {
        try await PostgresConnection.connect(
            conninfo, connectTimeoutSeconds: connectTimeoutSeconds, statementCacheCapacity: statementCacheCapacity,
            setUp: setUp)
    }

    /// Runs `body` in a transaction on a lent connection.
    ///
    /// - Parameters:
    ///   - isolation: What the transaction sees of others.
    ///   - retries: How often the whole of `body` is run again after losing against another transaction (40001, 40P01).
    ///   - body: The work; with retries it must be harmless to repeat outside the database.
    /// - Returns: what `body` returns.
    /// - Throws: as `withConnection` and `PostgresConnection.transaction`.
    @discardableResult
    package func withTransaction<Value>(
        isolation: TransactionIsolation = .readCommitted, retries: Int = 0,
        _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        precondition(retries >= 0, "negative retries")
        var random = SystemRandomNumberGenerator()
        for failures in 0... {
            do {
                return try await withConnection { connection in
                    try await connection.transaction(isolation: isolation, body)
                }
            } catch let error as PostgresError where error.isSerializationFailure && failures < retries {
                try await pause(backoff.pause(afterFailures: failures + 1, using: &random))
            }
        }
        throw PostgresError(.misuse, "retries without an end")
    }

    /// Refuses new callers and closes connections as they come back.
    ///
    /// - Returns: whether all connections came back within `drainTimeout`; the others are closed when they do.
    @discardableResult
    package func shutdown(drainTimeout: Duration = .seconds(10)) async -> Bool {
        let (idle, waiters) = shared.withLock { $0.state.close() }
        for waiter in waiters { waiter.resume(returning: .failure(Self.refusal(.poolClosed))) }
        for connection in idle { await connection.close() }
        let deadline = ContinuousClock.now + drainTimeout
        while shared.withLock({ $0.state.total }) > 0, ContinuousClock.now < deadline {
            do { try await Task.sleep(for: Self.drainPoll) } catch { break }
        }
        return shared.withLock { $0.state.total } == 0
    }

    /// How many connections are open or being opened, how many of them are idle, and how many callers wait.
    package var counts: (connections: Int, idle: Int, waiters: Int) {
        shared.withLock { ($0.state.total, $0.state.idleCount, $0.state.waiterCount) }
    }

    // MARK: Lending

    private func acquire() async throws(PostgresError) -> PostgresConnection {
        let start = ContinuousClock.now
        let deadline = start + acquireTimeout
        // Counted from the start, too: those who queued behind failing callers fail with them, not after them.
        let retryDeadline = start + connectRetryTimeout
        switch try await waitForGrant(until: deadline) {
        case .permit:
            return try await open(until: deadline, retryingUntil: retryDeadline)
        case .connection(let connection):
            if await connection.isAlive() { return connection }
            // The server went away while it lay idle; its slot is now a permit.
            await connection.close()
            return try await open(until: deadline, retryingUntil: retryDeadline)
        }
    }

    private func waitForGrant(until deadline: ContinuousClock.Instant) async throws(PostgresError) -> Grant {
        let id = shared.withLock { shared in
            shared.nextID += 1
            return shared.nextID
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in enqueue(continuation, id: id, deadline: deadline) }
        } onCancel: {
            shared.withLock { $0.state.remove(id: id) }?.resume(returning: .failure(.cancelled))
        }
        return try result.get()
    }

    private func enqueue(
        _ continuation: CheckedContinuation<Result<Grant, PostgresError>, Never>, id: UInt64,
        deadline: ContinuousClock.Instant
    ) {
        let (answer, mustSetTimer) = shared.withLock { shared in
            // Asked under the lock: a cancellation after this finds the waiter in the queue.
            guard !Task.isCancelled else { return (State.Answer.refused(.cancelled), false) }
            let answer = shared.state.acquire(id: id, waiter: continuation, deadline: deadline)
            guard case .queued = answer, !shared.isTimerSet else { return (answer, false) }
            shared.isTimerSet = true
            return (answer, true)
        }
        switch answer {
        case .granted(let grant): continuation.resume(returning: .success(Self.wrap(grant)))
        case .refused(let kind): continuation.resume(returning: .failure(Self.refusal(kind)))
        case .queued: if mustSetTimer { setTimer(for: deadline) }
        }
    }

    /// One timer at a time is enough: waiters expire in the order in which they came.
    private func setTimer(for deadline: ContinuousClock.Instant) {
        let wait = max(.zero, ContinuousClock.now.duration(to: deadline)).components
        let nanoseconds = Int(wait.seconds) * 1_000_000_000 + Int(wait.attoseconds / 1_000_000_000)
        timers.asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { self.expireWaiters() }
    }

    private func expireWaiters() {
        let (expired, next) = shared.withLock { shared in
            let expired = shared.state.expire(now: .now)
            shared.isTimerSet = shared.state.nextDeadline != nil
            return (expired, shared.state.nextDeadline)
        }
        for waiter in expired {
            waiter.resume(
                returning: .failure(
                    PostgresError(
                        .timeout,
                        "no connection was free within \(acquireTimeout); allow more connections or wait longer")))
        }
        if let next { setTimer(for: next) }
    }

    /// Opens a connection on a permit, which goes back on failure.
    private func open(
        until deadline: ContinuousClock.Instant, retryingUntil retryDeadline: ContinuousClock.Instant
    ) async throws(PostgresError) -> PostgresConnection {
        var random = SystemRandomNumberGenerator()
        var failures = 0
        while true {
            do throws(PostgresError) {
                let left = min(ContinuousClock.now.duration(to: deadline), connectRetryTimeout).components.seconds
                return try await PostgresConnection.connect(
                    conninfo, connectTimeoutSeconds: max(1, min(connectTimeoutSeconds, Int(left))),
                    statementCacheCapacity: statementCacheCapacity, setUp: setUp)
            } catch {
                failures += 1
                let wait = backoff.pause(afterFailures: failures, using: &random)
                guard error.isRetryable, ContinuousClock.now + wait < retryDeadline,
                    !shared.withLock({ $0.state.isClosed })
                else {
                    await settle(shared.withLock { $0.state.returnPermit() })
                    throw error
                }
                do throws(PostgresError) { try await pause(wait) } catch {
                    await settle(shared.withLock { $0.state.returnPermit() })
                    throw error
                }
                if let connection = shared.withLock({ $0.state.tradePermit() }) { return connection }
            }
        }
    }

    private func pause(_ duration: Duration) async throws(PostgresError) {
        do { try await Task.sleep(for: duration) } catch { throw .cancelled }
    }

    private func giveBack(_ connection: PostgresConnection) async {
        let isUsable = await connection.prepareForReuse()
        await settle(
            shared.withLock { shared in
                isUsable ? shared.state.release(connection) : shared.state.discard(connection)
            })
    }

    /// Does what the state decided.
    private func settle(_ action: State.Action) async {
        switch action {
        case .nothing:
            break
        case .resume(let waiter, let grant):
            waiter.resume(returning: .success(Self.wrap(grant)))
        case .close(let connection):
            await connection.close()
        case .closeAndResume(let connection, let waiter, let grant):
            waiter.resume(returning: .success(Self.wrap(grant)))
            await connection.close()
        }
    }

    private static func wrap(_ grant: State.Grant) -> Grant {
        switch grant {
        case .connection(let connection): .connection(connection)
        case .permit: .permit
        }
    }

    private static func refusal(_ kind: PostgresError.Kind) -> PostgresError {
        switch kind {
        case .poolExhausted:
            PostgresError(kind, "too many callers wait for a connection; allow more connections or send less at once")
        case .poolClosed:
            PostgresError(kind, "the pool was shut down")
        default:
            PostgresError(kind, "the calling task was cancelled")
        }
    }
}
