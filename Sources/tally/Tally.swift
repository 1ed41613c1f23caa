internal import ArgumentParser
internal import CProcess
internal import EmbeddedPostgres
internal import Foundation

/// The command line: parses, composes the parts, runs one command.
@main
struct Tally: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tally",
        abstract: "Tells a team, exactly, what its model calls cost.",
        version: version,
        subcommands: [
            Up.self, Serve.self, Migrate.self, Import.self, Pull.self, PriceCommand.self, Prices.self,
            ExplainCommand.self, RepriceCommand.self, ReportCommand.self, ForecastCommand.self, Plans.self, Export.self,
            Keys.self, DoctorCommand.self, SupervisePostgres.self,
        ])

    /// The version of the program and of its API.
    static let version = "0.1.0"

    static func main() async {
        // The supervisor is a process of its own and must have its main thread to itself.
        if let dataDirectory = SupervisePostgres.dataDirectory(in: CommandLine.arguments) {
            Foundation.exit(EmbeddedPostgres.supervise(dataDirectory: dataDirectory))
        }
        Signals.ignoreBrokenPipes()
        cprocess_share_heaps()
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let code as ExitCode {
            // The command has said what it had to say.
            Foundation.exit(code.rawValue)
        } catch let failure as CommandFailure {
            StandardError.write("tally: \(failure.description)\n")
            Foundation.exit(failure.exitCode)
        } catch let wrongUsage as ValidationError {
            // Found by a command at work; the parser would print the usage of the root command with it.
            StandardError.write("tally: \(ErrorText.line(wrongUsage))\n")
            Foundation.exit(ExitCode.validationFailure.rawValue)
        } catch {
            // The parser knows its own errors, with their texts and exit codes (64 for wrong usage, 0 for --help).
            if exitCode(for: error) != .failure { exit(withError: error) }
            StandardError.write("tally: \(ErrorText.line(error))\n")
            Foundation.exit(1)
        }
    }
}
