internal import ArgumentParser
internal import TallyConfig

/// The daemon against an existing server.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the service against an existing PostgreSQL.",
        discussion: "Several may share one database. Pending migrations are applied at the start.")

    @OptionGroup var options: DatabaseOptions

    @OptionGroup var listeners: ListenerOptions

    func run() async throws {
        if options.namedDatabase == nil {
            throw ValidationError(
                "no database is named; give --database-url or set TALLY_DATABASE_URL (or use `tally up`)")
        }
        try await Daemon(options: options, listeners: listeners).run()
    }
}
