internal import PostgresClient
internal import TallyStore

/// The migrated database that every test gets a copy of, named after the hash of the migrations and made once.
actor TemplateDatabase {
    static let shared = TemplateDatabase()

    private let gate = Gate(width: 1)
    private var madeName: String?

    /// The name, by which the template of other migrations is told apart.
    private static var name: String {
        // The checksums are long and well mixed; a sum of their first digits is enough to tell two sets apart.
        let digits = Migration.builtIn.map { UInt64($0.checksum.prefix(16), radix: 16) ?? 0 }
        return "tally_template_" + String(digits.reduce(0) { $0 &* 31 &+ $1 }, radix: 16)
    }

    /// The name of the template, which is there.
    func name(on cluster: TestCluster) async throws -> String {
        await gate.enter()
        do {
            if madeName == nil { madeName = try await Self.make(on: cluster) }
        } catch {
            await gate.leave()
            throw error
        }
        await gate.leave()
        return madeName ?? Self.name
    }

    /// Makes the template unless another process that uses the same server has done so.
    private static func make(on cluster: TestCluster) async throws -> String {
        let name = name
        let connection = try await PostgresConnection.connect(cluster.conninfo())
        do {
            _ = try await connection.query("SELECT pg_advisory_lock(hashtextextended(\(name), 0))")
            let found = try await connection.query("SELECT datistemplate FROM pg_database WHERE datname = \(name)")
            if try found.first?.decode(Bool.self, at: 0) != true {
                // One that is not marked was left half made.
                try await connection.executeScript("DROP DATABASE IF EXISTS \(SQL.quoted(identifier: name))")
                try await connection.executeScript("CREATE DATABASE \(SQL.quoted(identifier: name))")
                let inside = try await PostgresConnection.connect(cluster.conninfo(database: name))
                _ = try await Migrator().migrate(inside)
                await inside.close()
                try await connection.executeScript("ALTER DATABASE \(SQL.quoted(identifier: name)) IS_TEMPLATE true")
            }
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
        return name
    }
}
