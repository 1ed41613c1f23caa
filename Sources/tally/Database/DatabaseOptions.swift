internal import ArgumentParser
internal import Foundation
internal import PostgresClient
internal import TallyConfig

/// Which configuration and which database a command uses.
struct DatabaseOptions: ParsableArguments {
    @Option(help: "The configuration file (default: $TALLY_CONFIG, config/tally.yaml, or the built-in one).")
    var config: String?

    @Option(
        name: .customLong("database-url"),
        help: "The PostgreSQL to use, as libpq takes it (default: $TALLY_DATABASE_URL).")
    var databaseURL: String?

    @Option(
        help: """
            The folder of the private PostgreSQL, used when no database is named (default: $TALLY_DATA_DIR, else \
            ~/.local/share/tally, as root /var/lib/tally).
            """)
    var dataDir: String?

    /// Whether the private PostgreSQL is used whatever the environment names.
    @Flag(help: .private)
    var ignoresNamedDatabase = false

    /// The database named on the command line or in the environment.
    var namedDatabase: String? {
        ignoresNamedDatabase ? nil : databaseURL ?? Self.environment("TALLY_DATABASE_URL")
    }

    /// The folder of the private PostgreSQL, as an absolute path; an empty option counts as not given.
    var dataDirectory: String {
        let given = dataDir.flatMap { $0.isEmpty ? nil : $0 }
        let named = given ?? Self.environment("TALLY_DATA_DIR")
        let path = named ?? (geteuid() == 0 ? "/var/lib/tally" : NSHomeDirectory() + "/.local/share/tally")
        return URL(fileURLWithPath: path).standardizedFileURL.path
    }

    /// Where the daemon keeps its copy of the keys.
    var keyCachePath: String { dataDirectory + "/keys.json" }

    /// Which database is used, in words without credentials.
    var databaseWords: String {
        namedDatabase.map { ConnectionTarget.words(of: $0) ?? "" } ?? "private"
    }

    private static func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension Configuration {
    /// The configuration a command's options name.
    static func load(_ options: DatabaseOptions) throws(ConfigError) -> Configuration {
        try load(path: options.config)
    }
}
