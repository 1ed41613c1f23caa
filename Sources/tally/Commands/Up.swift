internal import ArgumentParser
internal import TallyConfig

/// The whole service on this machine.
struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the service on this machine with a PostgreSQL of its own.",
        discussion: """
            Nothing has to be configured. The database lies in the data directory and is reached through a private \
            socket only; other commands find it there, whether the daemon runs or not.
            """)

    @OptionGroup var options: DatabaseOptions

    @OptionGroup var listeners: ListenerOptions

    func run() async throws {
        if options.databaseURL != nil {
            throw ValidationError("tally up brings its own PostgreSQL; use `tally serve` with --database-url")
        }
        var options = options
        options.ignoresNamedDatabase = true
        try await Daemon(options: options, listeners: listeners).run()
    }
}
