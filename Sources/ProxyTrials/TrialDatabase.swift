internal import BlockingExecutor
internal import CProcess
internal import EmbeddedPostgres
internal import Foundation
internal import ProgramRunner

/// A PostgreSQL of a trial's own, which it takes away and brings back.
///
/// The daemon knows it by its address only, so that nobody but the trial starts it again.
actor TrialDatabase {
    private let executor = BlockingExecutor(label: "trial.database")
    private let data: String
    private let lease: EmbeddedPostgresLease

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// Lends a server for the length of a trial.
    static func with<Value>(
        _ site: TrialSite, _ trial: (TrialDatabase) async throws -> Value
    ) async throws -> Value {
        let database = try TrialDatabase(site)
        do {
            let value = try await trial(database)
            await database.close()
            return value
        } catch {
            await database.close()
            throw error
        }
    }

    /// Starts the server of a site's data directory.
    private init(_ site: TrialSite) throws {
        data = site.data
        lease = try EmbeddedPostgres(
            dataDirectory: data, supervisorCommand: [site.tally, "supervise-postgres", "--data-dir", data],
            environment: site.environment
        ).attach(as: .command)
    }

    /// Where it is, as libpq takes it.
    var address: String { lease.conninfo }

    /// Takes it away as a crash would: sessions are cut, nothing is written out.
    func crash() throws {
        let (files, path) = (FileManager.default, data + "/pgdata/postmaster.pid")
        let state = String(decoding: files.contents(atPath: path) ?? Data(), as: UTF8.self)
        guard let pid = state.split(separator: "\n").first.flatMap({ Int32($0) }) else {
            throw TrialError("\(path) names no server")
        }
        _ = cprocess_signal(pid, SIGQUIT)
        let isGone = Waiting.until(within: TrialLimits.start) { !files.fileExists(atPath: path) }
        if !isGone { throw TrialError("PostgreSQL (process \(pid)) does not stop") }
    }

    /// Brings it back.
    func start() throws { try lease.ensureServer() }

    /// Ends it for good.
    func close() { lease.release(waitForStop: true) }
}
