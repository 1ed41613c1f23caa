import CProcess
import Foundation

/// Makes a new cluster in a folder of its own and renames it into place when it is complete, so a killed attempt leaves
/// only rubbish that the next one removes.
struct ClusterMaker {
    /// The beginning of the names of unfinished clusters.
    static let unfinishedPrefix = "pgdata.new-"
    /// How long removing rubbish may take.
    private static let removalLimit = Duration.seconds(30)

    let directory: DataDirectory
    let installation: PostgresInstallation
    let log: ServerLog
    let limit: Duration

    /// Makes the cluster with its database.
    func make() throws(EmbeddedPostgresError) {
        try removeUnfinished()
        let folder = directory.path + "/" + Self.unfinishedPrefix + String(getpid())
        var created = false
        let error = unsafe directory.identity.withUnsafeIdentity {
            unsafe cprocess_private_folder(folder, $0, true, &created)
        }
        guard error == 0 else { throw failure(folder, "cannot make the folder: \(SystemError(error).reason)") }
        let deadline = Deadline(after: limit)
        try run(
            [
                installation.initdb, "-D", folder, "--username=\(ServerSettings.user)", "--auth-local=trust",
                "--auth-host=reject", "--encoding=UTF8", "--locale=C", "--data-checksums",
            ], input: "", deadline: deadline)
        try run(
            [installation.postgres, "--single", "-D", folder, "-c", "exit_on_error=on", "postgres"],
            input: "CREATE DATABASE \(ServerSettings.database)\n", deadline: deadline)
        let cluster = directory.path(of: .cluster)
        guard unsafe rename(folder, cluster) == 0 else {
            throw failure(folder, "cannot rename it to \(cluster): \(SystemError(errno).reason)")
        }
        let synced = unsafe cprocess_sync_folder(directory.path)
        guard synced == 0 else { throw failure(directory.path, "cannot sync: \(SystemError(synced).reason)") }
    }

    /// Removes what killed attempts left.
    ///
    /// Their owner does it, since root should not walk through a folder that another user can change meanwhile; a
    /// failure leaves rubbish but stops nothing.
    private func removeUnfinished() throws(EmbeddedPostgresError) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        for name in names where name.hasPrefix(Self.unfinishedPrefix) {
            let path = directory.path + "/" + name
            let null = try NullDevice()
            let child = try ChildProcess(
                ChildProcess.Request(
                    arguments: ["/bin/rm", "-rf", "--", path], environment: ServerSettings.environment,
                    input: null.descriptor, output: null.descriptor, errors: log.descriptor,
                    identity: directory.identity, interruptWithParent: true))
            if child.waitForEnd(before: Deadline(after: Self.removalLimit)) == nil {
                child.signal(SIGKILL)
                _ = child.waitForEnd()
            }
            unsafe rmdir(path)
        }
    }

    private func run(_ arguments: [String], input: String, deadline: Deadline) throws(EmbeddedPostgresError) {
        let feed = try ChildPipe()
        feed.send(input)
        let child = try ChildProcess(
            ChildProcess.Request(
                arguments: arguments, environment: ServerSettings.environment, input: feed.readEnd,
                output: log.descriptor, errors: log.descriptor, identity: directory.identity,
                interruptWithParent: true))
        guard let code = child.waitForEnd(before: deadline) else {
            child.signal(SIGKILL)
            _ = child.waitForEnd()
            throw failure(arguments[0], "not done after \(deadline.seconds) s")
        }
        guard code == 0 else { throw failure(arguments[0], "ended with code \(code)") }
    }

    private func failure(_ place: String, _ reason: String) -> EmbeddedPostgresError {
        .startFailed(
            message: "cannot make the database in \(directory.path): \(place): \(reason); "
                + "mend that and try again. The log \(log.path) ends with:\n\(log.tail)")
    }
}
