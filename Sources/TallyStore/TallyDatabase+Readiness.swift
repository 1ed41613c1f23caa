internal import PostgresClient
internal import TallyCore

extension TallyDatabase: ReadinessSource {
    package func problems() async -> [String] {
        do {
            let pending = try await pool.withConnection { connection in
                try await Migrator().pendingCount(connection)
            }
            return pending == 0 ? [] : [StoreError.notMigrated(pending: pending).description]
        } catch {
            return ["PostgreSQL: \(error)"]
        }
    }
}
