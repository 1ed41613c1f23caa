import Foundation
import Testing

@testable import EmbeddedPostgres

/// What stands in the way of a start is named with its mend, before anything is started.
struct EmbeddedPostgresErrorTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func attach(_ directory: String, environment: [String: String] = ["PATH": "/usr/bin"]) throws {
        let program = FixtureProcess.program
        let postgres = EmbeddedPostgres(
            dataDirectory: directory, supervisorCommand: [program, "supervise", directory], environment: environment)
        _ = try postgres.attach(as: .command)
    }

    @Test func folderThatCannotBeMadeIsNamed() throws {
        try Data("x".utf8).write(to: URL(filePath: folder.path + "/file"))
        let error = #expect(throws: EmbeddedPostgresError.self) { try attach(folder.path + "/file/sub/data") }
        guard case .unusable(let path, _, let mend) = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(path == folder.path + "/file/sub")
        #expect(mend.contains("--data-dir"))
    }

    @Test func fileInPlaceOfTheFolderIsRefused() throws {
        try Data("x".utf8).write(to: URL(filePath: folder.data))
        #expect(
            throws: EmbeddedPostgresError.unusable(
                path: folder.data, reason: "is no folder", mend: "choose another --data-dir")
        ) { try attach(folder.data) }
    }

    @Test(.enabled(if: geteuid() == 0, "only root drops privileges"))
    func folderAboveThatTheServersUserCannotPassIsNamed() throws {
        let shut = folder.path + "/shut"
        try FileManager.default.createDirectory(
            atPath: shut, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        let error = #expect(throws: EmbeddedPostgresError.self) { try attach(shut + "/deep/data") }
        guard case .unreachable(let named, _, let user) = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(named == shut)
        #expect(ServerIdentity.unprivilegedUsers.contains(user))
        #expect(error?.description.contains("chmod o+x \(shut)") == true)
    }

    @Test func lockThatIsALinkIsRefused() throws {
        let target = folder.path + "/target"
        try Data("precious".utf8).write(to: URL(filePath: target))
        try FileManager.default.createDirectory(atPath: folder.data, withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: folder.data + "/users.lock", withDestinationPath: target)
        let error = #expect(throws: EmbeddedPostgresError.self) { try attach(folder.data) }
        #expect(error?.description.contains("users.lock") == true)
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "precious")
    }

    @Test func clusterWithoutAVersionIsRefused() throws {
        try FileManager.default.createDirectory(
            atPath: folder.data + "/pgdata", withIntermediateDirectories: true)
        let error = #expect(throws: EmbeddedPostgresError.self) { try attach(folder.data) }
        #expect(error?.description.contains("is no PostgreSQL cluster") == true)
    }

    @Test func clusterOfAnAbsentVersionNamesThePackage() throws {
        try FileManager.default.createDirectory(
            atPath: folder.data + "/pgdata", withIntermediateDirectories: true)
        try Data("9\n".utf8).write(to: URL(filePath: folder.data + "/pgdata/PG_VERSION"))
        let error = #expect(throws: EmbeddedPostgresError.self) { try attach(folder.data) }
        #expect(error?.description.contains("install the package postgresql-9") == true)
    }

    @Test func missingPostgreSQLNamesThePlaces() throws {
        let error = #expect(throws: EmbeddedPostgresError.self) {
            try attach(folder.data, environment: ["TALLY_POSTGRES_BIN": folder.path])
        }
        #expect(error == .notInstalled(wantedMajor: nil, searched: [folder.path]))
    }

    @Test func supervisorThatCannotBeStartedIsNamed() throws {
        let postgres = EmbeddedPostgres(
            dataDirectory: folder.data, supervisorCommand: ["/nowhere/program"], environment: ["PATH": "/usr/bin"])
        let error = #expect(throws: EmbeddedPostgresError.self) { _ = try postgres.attach(as: .command) }
        guard case .spawnFailed(let program, let step, _) = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(program == "/nowhere/program" && step == "exec")
    }

    @Test func supervisorThatEndsWithoutAWordIsTriedAgainOnlySoOften() throws {
        let postgres = EmbeddedPostgres(
            dataDirectory: folder.data, supervisorCommand: ["/bin/sh", "-c", "echo >> \(folder.path)/tries"],
            limits: .init(startAttempts: 3), environment: ["PATH": "/usr/bin:/bin"])
        let error = #expect(throws: EmbeddedPostgresError.self) { _ = try postgres.attach(as: .command) }
        #expect(error?.description.contains("was killed 3 times") == true)
        #expect(try Data(contentsOf: URL(filePath: folder.path + "/tries")).count == 3)
    }

    @Test func supervisorThatNeverAnswersRunsIntoTheLimit() throws {
        let postgres = EmbeddedPostgres(
            dataDirectory: folder.data, supervisorCommand: ["/bin/sleep", "2"],
            limits: .init(initialise: .milliseconds(100), ready: .milliseconds(100)),
            environment: ["PATH": "/usr/bin:/bin"])
        let error = #expect(throws: EmbeddedPostgresError.self) { _ = try postgres.attach(as: .command) }
        guard case .notReady(_, let log, _) = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(log == folder.data + "/postgres.log")
    }

    @Test func startThatAnotherKeepsLockedRunsIntoTheLimit() throws {
        let directory = try DataDirectory(preparing: folder.data)
        let lock = try directory.lock(.startLock)
        #expect(try lock.tryTake(.exclusive))
        let postgres = EmbeddedPostgres(
            dataDirectory: folder.data, supervisorCommand: ["/bin/false"],
            limits: .init(startLock: .milliseconds(60)), environment: ["PATH": "/usr/bin:/bin"])
        let error = #expect(throws: EmbeddedPostgresError.self) { _ = try postgres.attach(as: .command) }
        #expect(error == .lockTimedOut(path: folder.data + "/start.lock", seconds: 0))
    }

    @Test func serverThatCannotStartShowsTheEndOfItsLog() throws {
        let directory = try DataDirectory(preparing: folder.data)
        let cluster = directory.path(of: .cluster)
        try FileManager.default.createDirectory(
            atPath: cluster, withIntermediateDirectories: false,
            attributes: [
                .posixPermissions: 0o700,
                .ownerAccountID: Int(directory.identity.uid),
            ])
        let installation = try PostgresInstallation.find(
            major: nil, environment: ["PATH": "/usr/bin"], as: directory.identity)
        try Data("\(installation.major)\n".utf8).write(to: URL(filePath: cluster + "/PG_VERSION"))
        let error = #expect(throws: EmbeddedPostgresError.self) { try attach(folder.data) }
        #expect(error?.description.contains("postgresql.conf") == true)
        #expect(error?.description.contains("before it was ready") == true)
    }
}
