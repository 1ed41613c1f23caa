internal import CAssets
package import PostgresClient

/// Brings a database to the shape this program needs: numbered files, applied in order, each once.
package struct Migrator: Sendable {
    /// What one migration's state is.
    package struct Status: Sendable, Equatable {
        /// The file name.
        package let name: String
        /// When it was applied, as RFC 3339 text; `nil` when it is pending.
        package let appliedAt: String?
    }

    private let migrations: [Migration]

    /// All daemons and commands that migrate wait for each other on this advisory lock.
    private static let lockName = "tally.migrate"

    /// A migrator of the given files, by default those the binary carries.
    package init(migrations: [Migration] = Migration.builtIn) {
        self.migrations = migrations
    }

    /// Applies what is pending, each file in a transaction of its own, and returns the names applied.
    ///
    /// - Throws: ``StoreError`` when an applied file was edited or the database is newer than the binary;
    ///   `PostgresError` when a statement fails, in which case that file left nothing behind.
    package func migrate(_ connection: PostgresConnection) async throws -> [String] {
        try await Self.checkVersion(connection)
        _ = try await connection.query("SELECT pg_advisory_lock(hashtextextended(\(Self.lockName), 0))")
        let result: Result<[String], any Error>
        do {
            result = .success(try await applyPending(connection))
        } catch {
            result = .failure(error)
        }
        _ = try await connection.query("SELECT pg_advisory_unlock(hashtextextended(\(Self.lockName), 0))")
        return try result.get()
    }

    /// The state of every migration, pending ones included.
    package func status(_ connection: PostgresConnection) async throws -> [Status] {
        let applied = try await checkedHistory(connection)
        return migrations.map { migration in
            Status(name: migration.name, appliedAt: applied.first { $0.name == migration.name }?.appliedAt)
        }
    }

    /// How many migrations are pending.
    package func pendingCount(_ connection: PostgresConnection) async throws -> Int {
        try await status(connection).count { $0.appliedAt == nil }
    }

    private func applyPending(_ connection: PostgresConnection) async throws -> [String] {
        try await connection.executeScript(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                name text PRIMARY KEY,
                checksum text NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now()
            )
            """)
        let applied = Set(try await checkedHistory(connection).map(\.name))
        var names: [String] = []
        for migration in migrations where !applied.contains(migration.name) {
            try await connection.transaction { connection in
                try await connection.executeScript(migration.sql)
                _ = try await connection.execute(
                    "INSERT INTO schema_migrations (name, checksum) VALUES (\(migration.name), \(migration.checksum))")
            }
            names.append(migration.name)
        }
        return names
    }

    private struct Applied {
        let name: String
        let checksum: String
        let appliedAt: String
    }

    /// What was applied, checked against the files.
    private func checkedHistory(_ connection: PostgresConnection) async throws -> [Applied] {
        let exists = try await connection.query("SELECT to_regclass('schema_migrations') IS NOT NULL")
        guard try exists.first?.decode(Bool.self, at: 0) == true else { return [] }
        let result = try await connection.query(
            """
            SELECT name, checksum, to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
            FROM schema_migrations ORDER BY name COLLATE "C"
            """)
        var history: [Applied] = []
        for row in result {
            history.append(
                Applied(
                    name: try row.decode(String.self, at: 0), checksum: try row.decode(String.self, at: 1),
                    appliedAt: try row.decode(String.self, at: 2)))
        }
        for applied in history {
            guard let migration = migrations.first(where: { $0.name == applied.name }) else {
                throw StoreError.databaseNewer(unknown: applied.name)
            }
            if migration.checksum != applied.checksum { throw StoreError.migrationEdited(name: applied.name) }
        }
        return history
    }

    private static func checkVersion(_ connection: PostgresConnection) async throws {
        let result = try await connection.query("SELECT current_setting('server_version_num')::integer")
        let version = try result.first?.decode(Int.self, at: 0) ?? 0
        if version < TallyDatabase.minimumServerVersion { throw StoreError.serverTooOld(found: version) }
    }
}
