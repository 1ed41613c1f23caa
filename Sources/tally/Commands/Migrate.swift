internal import ArgumentParser
internal import FastJSON
internal import PostgresClient
internal import TallyConfig
internal import TallyStore

/// Brings a database to the shape this version needs.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Apply pending migrations, or list them.",
        discussion: "Safe to run from many places at once: the others wait, and then find nothing to do.")

    @OptionGroup var options: DatabaseOptions

    @Flag(help: "List every migration with the time it was applied, and apply nothing.")
    var status = false

    @Option(help: "How results are printed: table, json or csv.")
    var format = OutputFormat.table

    func run() async throws {
        let configuration = try Configuration.load(options)
        // Opening migrates a private database, so its state is asked for on the way.
        let session = try await DatabaseSession.open(options, configuration: configuration, checksSchema: false)
        do {
            let (applied, states) = try await session.pool.withConnection { connection in
                let migrator = Migrator()
                let applied = status ? [] : try await migrator.migrate(connection)
                return (applied, try await migrator.status(connection))
            }
            try print(states, applied: applied)
        } catch {
            await session.close()
            throw error
        }
        await session.close()
    }

    private func print(_ states: [Migrator.Status], applied: [String]) throws {
        func state(_ migration: Migrator.Status) -> String {
            migration.appliedAt == nil ? "pending" : applied.contains(migration.name) ? "applied now" : "applied"
        }
        switch format {
        case .table:
            var table = TextTable(["migration", "state", "applied at"], numbers: [])
            for migration in states { table.append([migration.name, state(migration), migration.appliedAt ?? ""]) }
            try StandardOutput.write(table.text)
        case .csv:
            try StandardOutput.write("migration,state,applied_at\r\n")
            for migration in states {
                try StandardOutput.write("\(migration.name),\(state(migration)),\(migration.appliedAt ?? "")\r\n")
            }
        case .json:
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("migrations")
            writer.beginArray()
            for migration in states {
                writer.beginObject()
                writer.member("name", migration.name)
                writer.member("state", state(migration))
                writer.member("applied_at", migration.appliedAt)
                writer.endObject()
            }
            writer.endArray()
            writer.endObject()
            try StandardOutput.write(writer.bytes + [10])
        }
    }
}
