import EmbeddedPostgres
import Foundation

/// A program for the tests of EmbeddedPostgres: one user of a private PostgreSQL, or its supervisor.
///
/// - `hold DIR [daemon]`: attaches, writes `ready <conninfo>` or `error <text>`, waits for the end of its standard
///   input, releases (waiting for the stop), and writes how that went.
/// - `supervise DIR`: the supervisor's life.
@main
enum Fixture {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3 else { exit(64) }
        switch arguments[1] {
        case "supervise": exit(EmbeddedPostgres.supervise(dataDirectory: arguments[2]))
        case "hold": exit(hold(directory: arguments[2], asDaemon: arguments.dropFirst(3).first == "daemon"))
        default: exit(64)
        }
    }

    private static func hold(directory: String, asDaemon: Bool) -> Int32 {
        let postgres = EmbeddedPostgres(
            dataDirectory: directory, supervisorCommand: [executable, "supervise", directory],
            environment: ProcessInfo.processInfo.environment)
        do throws(EmbeddedPostgresError) {
            let lease = try postgres.attach(as: asDaemon ? .daemon : .command)
            say("ready \(lease.conninfo)")
            _ = try? FileHandle.standardInput.readToEnd()
            say("\(lease.release(waitForStop: true))")
            return 0
        } catch {
            say("error \(error.description.replacing("\n", with: " "))")
            return 1
        }
    }

    private static var executable: String {
        Bundle.main.executablePath ?? CommandLine.arguments[0]
    }

    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}
