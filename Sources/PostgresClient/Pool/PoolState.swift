/// Who holds what in a pool: pure decisions, no connections opened, no waiting done.
///
/// Every slot counted in `total` is an idle connection, a lent one, or a permit to open one.
struct PoolState<Connection, Waiter> {
    /// What a caller gets.
    enum Grant {
        case connection(Connection)
        /// A slot without a connection; the holder opens one or gives the slot back.
        case permit
    }

    /// The answer to a caller.
    enum Answer {
        case granted(Grant)
        case queued
        case refused(PostgresError.Kind)
    }

    /// What is to be done after a slot came back.
    enum Action {
        case nothing
        case resume(Waiter, Grant)
        case close(Connection)
        case closeAndResume(Connection, Waiter, Grant)
    }

    private struct Queued {
        let id: UInt64
        let waiter: Waiter
        let deadline: ContinuousClock.Instant
    }

    let maximumConnections: Int
    let maximumWaiters: Int
    private(set) var total = 0
    private(set) var isClosed = false
    private var idle: [Connection] = []
    /// First come, first served; all wait equally long, so deadlines are in order, too.
    private var queue: [Queued] = []

    init(maximumConnections: Int, maximumWaiters: Int) {
        precondition(maximumConnections > 0 && maximumWaiters >= 0, "limits must be positive")
        self.maximumConnections = maximumConnections
        self.maximumWaiters = maximumWaiters
    }

    var waiterCount: Int { queue.count }
    var idleCount: Int { idle.count }
    var nextDeadline: ContinuousClock.Instant? { queue.first?.deadline }

    /// Asks for a slot; the waiter is kept when there is none.
    mutating func acquire(id: UInt64, waiter: Waiter, deadline: ContinuousClock.Instant) -> Answer {
        guard !isClosed else { return .refused(.poolClosed) }
        // The connection used last is the one most surely alive.
        if let connection = idle.popLast() { return .granted(.connection(connection)) }
        if total < maximumConnections {
            total += 1
            return .granted(.permit)
        }
        guard queue.count < maximumWaiters else { return .refused(.poolExhausted) }
        queue.append(Queued(id: id, waiter: waiter, deadline: deadline))
        return .queued
    }

    /// Takes back a connection fit for use.
    mutating func release(_ connection: Connection) -> Action {
        guard !isClosed else {
            total -= 1
            return .close(connection)
        }
        guard let next = popFirst() else {
            idle.append(connection)
            return .nothing
        }
        return .resume(next, .connection(connection))
    }

    /// Takes back a connection that is no longer fit for use.
    mutating func discard(_ connection: Connection) -> Action {
        if let next = popFirst() { return .closeAndResume(connection, next, .permit) }
        total -= 1
        return .close(connection)
    }

    /// Takes back a permit.
    mutating func returnPermit() -> Action {
        if let next = popFirst() { return .resume(next, .permit) }
        total -= 1
        return .nothing
    }

    /// Trades a permit for a connection that became free meanwhile.
    mutating func tradePermit() -> Connection? {
        guard let connection = idle.popLast() else { return nil }
        total -= 1
        return connection
    }

    /// Removes one who no longer waits.
    mutating func remove(id: UInt64) -> Waiter? {
        guard let place = queue.firstIndex(where: { $0.id == id }) else { return nil }
        return queue.remove(at: place).waiter
    }

    /// Removes those who waited too long.
    mutating func expire(now: ContinuousClock.Instant) -> [Waiter] {
        let expired = queue.prefix { $0.deadline <= now }
        queue.removeFirst(expired.count)
        return expired.map(\.waiter)
    }

    /// Ends it all; hands out what is to be closed and who is to be told.
    mutating func close() -> (idle: [Connection], waiters: [Waiter]) {
        isClosed = true
        total -= idle.count
        defer {
            idle = []
            queue = []
        }
        return (idle, queue.map(\.waiter))
    }

    private mutating func popFirst() -> Waiter? { queue.isEmpty ? nil : queue.removeFirst().waiter }
}
