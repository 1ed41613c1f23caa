internal import BlockingExecutor
internal import EmbeddedPostgres
internal import Foundation
internal import PostgresClient
internal import TallyConfig
internal import TallyCore
internal import TallyStore

/// A database in use by a command: an existing server, or the private one for as long as it is needed.
struct DatabaseSession {
    let database: TallyDatabase
    let pool: PostgresPool
    private let lease: EmbeddedPostgresLease?
    private let attacher: Attacher
    private let migrates: Bool

    /// How long the daemon, once it runs, retries to reach a server that is away.
    ///
    /// Its requests fail soon, and a private server that died is started again soon.
    private static let daemonConnectRetryTimeout = Duration.seconds(2)

    /// Opens the database a command's options name, and brings a private one to the present shape.
    ///
    /// - Parameters:
    ///   - options: The server, or the data directory of a private one.
    ///   - configuration: The limits of the connections.
    ///   - role: Whether the daemon or a command uses it.
    ///   - migrates: Whether a server that was named is migrated too, rather than checked.
    ///   - checksSchema: Whether the shape of the database is looked at at all.
    /// - Returns: The session, which the caller closes.
    /// - Throws: `EmbeddedPostgresError` when a private server cannot be had; `PostgresError` when the database cannot
    ///   be reached, which a daemon bears: it calls ``prepare()`` again when the server is there; `StoreError` when its
    ///   shape does not fit.
    static func open(
        _ options: DatabaseOptions, configuration: Configuration, as role: EmbeddedPostgres.Role = .command,
        migrates: Bool = false, checksSchema: Bool = true
    ) async throws -> DatabaseSession {
        let attacher = Attacher()
        var lease: EmbeddedPostgresLease?
        let conninfo: String
        if let named = options.namedDatabase {
            conninfo = named
            // A daemon waits for its server; a command that cannot reach it says so at once.
            if role == .command { await (try PostgresConnection.connect(named)).close() }
        } else {
            let attached = try await attacher.attach(options.dataDirectory, as: role)
            lease = attached
            conninfo = attached.conninfo
        }
        let pool = makePool(
            conninfo, configuration.database,
            connectRetryTimeout: role == .daemon ? daemonConnectRetryTimeout : nil)
        let session = DatabaseSession(
            database: TallyDatabase(pool: pool), pool: pool, lease: lease, attacher: attacher,
            migrates: migrates || lease != nil)
        do {
            if checksSchema { try await session.prepare() }
        } catch let error as PostgresError where role == .daemon && lease == nil && error.isUnavailable {
            // Calls are relayed and recorded meanwhile.
        } catch {
            await session.close()
            throw error
        }
        return session
    }

    private static func makePool(
        _ conninfo: String, _ limits: Configuration.Database, connectRetryTimeout: Duration? = nil
    ) -> PostgresPool {
        PostgresPool(
            conninfo: conninfo, maxConnections: limits.maxConnections,
            acquireTimeout: .seconds(limits.acquireTimeoutSeconds), connectRetryTimeout: connectRetryTimeout,
            setUp: TallyDatabase.sessionSetup(statementTimeoutSeconds: limits.statementTimeoutSeconds))
    }

    /// Brings the database to the present shape, or sees that it has it.
    ///
    /// - Throws: `PostgresError` when the database cannot be reached; `StoreError` when its shape does not fit.
    func prepare() async throws {
        try await pool.withConnection { connection in
            let pending = try await Migrator().pendingCount(connection)
            if pending == 0 { return }
            if !migrates { throw StoreError.notMigrated(pending: pending) }
            _ = try await Migrator().migrate(connection)
        }
    }

    /// Closes the connections and gives the private server back; the daemon waits until it has stopped.
    func close(waitForStop: Bool = false) async {
        _ = await pool.shutdown()
        if let lease { await attacher.release(lease, waitForStop: waitForStop) }
    }

    /// Starts a private server that was killed again.
    func ensureServer() async throws {
        if let lease { try await attacher.ensureServer(lease) }
    }

    /// Whether the server is the private one.
    var isPrivate: Bool { lease != nil }
}

extension DatabaseSession {
    /// Opens the database for the length of a piece of work.
    static func with<Value>(
        _ options: DatabaseOptions, configuration: Configuration,
        _ body: (TallyDatabase) async throws -> Value
    ) async throws -> Value {
        let session = try await open(options, configuration: configuration)
        do {
            let value = try await body(session.database)
            await session.close()
            return value
        } catch {
            await session.close()
            throw error
        }
    }
}

/// Waits for the private server on a thread of its own.
private actor Attacher {
    private let executor = BlockingExecutor(label: "tally.attach")

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    func attach(_ dataDirectory: String, as role: EmbeddedPostgres.Role) throws -> EmbeddedPostgresLease {
        let program = Bundle.main.executablePath ?? CommandLine.arguments[0]
        return try EmbeddedPostgres(
            dataDirectory: dataDirectory,
            supervisorCommand: SupervisePostgres.commandLine(program: program, dataDirectory: dataDirectory),
            environment: ProcessInfo.processInfo.environment
        ).attach(as: role)
    }

    func ensureServer(_ lease: EmbeddedPostgresLease) throws {
        try lease.ensureServer()
    }

    func release(_ lease: EmbeddedPostgresLease, waitForStop: Bool) {
        lease.release(waitForStop: waitForStop)
    }
}
