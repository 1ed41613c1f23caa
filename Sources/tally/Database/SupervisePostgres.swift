internal import ArgumentParser

/// The hidden command that watches over the private PostgreSQL; see `EmbeddedPostgres.supervise`.
struct SupervisePostgres: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "supervise-postgres", shouldDisplay: false)

    @Option
    var dataDir: String

    /// The data directory, when the arguments are those of this command.
    ///
    /// Looked at before anything else starts.
    static func dataDirectory(in arguments: [String]) -> String? {
        arguments.count == 4 && arguments[1] == "supervise-postgres" && arguments[2] == "--data-dir"
            ? arguments[3] : nil
    }

    /// The command line that starts the supervisor of a data directory.
    static func commandLine(program: String, dataDirectory: String) -> [String] {
        [program, "supervise-postgres", "--data-dir", dataDirectory]
    }

    func run() throws {
        throw ValidationError("supervise-postgres is started by tally itself")
    }
}
