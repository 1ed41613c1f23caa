internal import Foundation
internal import PostgresClient
internal import Synchronization

/// A PostgreSQL server for the tests of one process: a temporary cluster, or the one `TALLY_TEST_DATABASE_URL` names.
///
/// A temporary cluster listens on a socket in a private folder only. A small shell process watches a pipe that this
/// process holds open; when this process ends, however it ends, the server is stopped and the folder deleted.
package final class TestCluster: Sendable {
    /// Why there is no server; tests fail with it instead of being skipped.
    package struct Failure: Error, CustomStringConvertible {
        /// What is missing and how to mend it.
        package let description: String
    }

    /// The variable that names a server to use instead of a temporary one; a superuser's address.
    package static let addressVariable = "TALLY_TEST_DATABASE_URL"
    private static let maximumConnections = 200
    private static let startSeconds = 60

    private static let startedOnce = Result { () throws in
        if let address = ProcessInfo.processInfo.environment[addressVariable], !address.isEmpty {
            return TestCluster(address: address)
        }
        return try startPrivate()
    }

    /// The cluster all tests of this process share; started at first use.
    package static var shared: TestCluster {
        get async throws { try startedOnce.get() }
    }

    private enum Place: Sendable {
        case given(address: String)
        case temporary(ServerFolder)
    }

    private let place: Place
    private let names = Mutex(0)
    private let watchdog: Mutex<Watchdog?>

    /// Our ends of the watchdog's pipes; closing the first, or dying, ends the server.
    private struct Watchdog {
        let commands: FileHandle
        let answers: FileHandle
    }

    private init(address: String) {
        place = .given(address: address)
        watchdog = Mutex(nil)
    }

    private init(folder: ServerFolder, watchdog: sending Watchdog) {
        place = .temporary(folder)
        self.watchdog = Mutex(watchdog)
    }

    // MARK: Databases

    /// The connection string of a database.
    package func conninfo(database: String = "postgres") -> String {
        switch place {
        case .temporary(let folder):
            return "host='\(folder.path)' port=\(ServerFolder.port) user=postgres dbname='\(database)'"
        case .given(let address):
            guard address.hasPrefix("postgres"), var url = URLComponents(string: address) else {
                // Of key=value pairs the last counts.
                return "\(address) dbname='\(database)'"
            }
            url.path = "/\(database)"
            return url.string ?? address
        }
    }

    /// Creates a database under a new name, empty or as a copy of another, and returns its name.
    package func createDatabase(template: String? = nil) async throws -> String {
        let number = names.withLock { names in
            names += 1
            return names
        }
        let name = "tally_test_\(ProcessInfo.processInfo.processIdentifier)_\(number)"
        var statement = "CREATE DATABASE \(SQL.quoted(identifier: name))"
        if let template { statement += " TEMPLATE \(SQL.quoted(identifier: template))" }
        try await run(statement)
        return name
    }

    /// Drops a database, whoever is still connected to it.
    package func dropDatabase(_ name: String) async throws {
        try await run("DROP DATABASE IF EXISTS \(SQL.quoted(identifier: name)) WITH (FORCE)")
    }

    private func run(_ statement: String) async throws {
        let connection = try await PostgresConnection.connect(conninfo())
        try await connection.executeScript(statement)
        await connection.close()
    }

    // MARK: A server of one's own

    /// Starts a temporary cluster that is not shared, for tests that stop the server.
    package static func startPrivate() throws -> TestCluster {
        let folder = try ServerFolder()
        let watchdog = Process()
        let input = Pipe()
        let output = Pipe()
        for handle in [input.fileHandleForWriting, output.fileHandleForReading] {
            _ = fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC)
        }
        watchdog.standardInput = input
        watchdog.standardOutput = output
        let script = """
            trap : INT TERM HUP
            bin="$1"; dir="$2"; options="$3"
            start() {
                "$bin/pg_ctl" -D "$dir/data" -w -t \(startSeconds) -l "$dir/log" -o "$options" start >>"$dir/log" 2>&1
            }
            stop() { "$bin/pg_ctl" -D "$dir/data" -w -m "$1" stop >/dev/null 2>&1; }
            if "$bin/initdb" --no-sync --auth=trust --username=postgres --encoding=UTF8 --no-locale \
                -D "$dir/data" >"$dir/log" 2>&1 && start
            then
                echo ready
                while read -r command; do
                    case "$command" in
                        stop) stop fast; echo $?;;
                        start) start; echo $?;;
                    esac
                done
                stop immediate
            else
                tail -n 5 "$dir/log"
            fi
            rm -rf "$dir"
            """
        let options = folder.serverOptions(maximumConnections: maximumConnections)
        folder.prepare(watchdog, ["/bin/sh", "-c", script, "watchdog", folder.binaries, folder.path, options])
        try watchdog.run()
        // Our copies of the ends that the watchdog holds.
        try input.fileHandleForReading.close()
        try output.fileHandleForWriting.close()
        let handles = Watchdog(commands: input.fileHandleForWriting, answers: output.fileHandleForReading)
        let words = String(decoding: handles.answers.availableData, as: UTF8.self)
        guard words == "ready\n" else {
            throw Failure(description: "the test server did not start: \(words)")
        }
        return TestCluster(folder: folder, watchdog: handles)
    }

    /// Stops the server of a private cluster; open sessions are cut.
    package func stopServer() throws { try command("stop") }

    /// Starts the server of a private cluster again.
    package func startServer() throws { try command("start") }

    /// Stops the server for good and deletes its folder; the watchdog does it.
    package func remove() throws {
        try watchdog.withLock { watchdog in
            try watchdog?.commands.close()
            watchdog = nil
        }
    }

    /// Has the watchdog run `pg_ctl`: a server started by this process itself would inherit its open files.
    private func command(_ word: String) throws {
        try watchdog.withLock { watchdog in
            guard let watchdog else {
                throw Failure(description: "only the server of startPrivate() can be stopped and started")
            }
            try watchdog.commands.write(contentsOf: Data("\(word)\n".utf8))
            let answer = String(decoding: watchdog.answers.availableData, as: UTF8.self)
            guard answer == "0\n" else { throw Failure(description: "pg_ctl \(word) failed: \(answer)") }
        }
    }
}
