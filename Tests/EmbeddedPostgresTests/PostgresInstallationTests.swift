import Foundation
import Testing

@testable import EmbeddedPostgres

struct PostgresInstallationTests {
    @Test(arguments: [
        ("postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)\n", 15),
        ("postgres (PostgreSQL) 18beta1\n", 18),
        ("postgres (PostgreSQL) 9.6.24\n", 9),
        ("postgres (PostgreSQL) \n", nil),
        ("something else 17\n", nil),
        ("", nil),
    ])
    func majorIsReadFromTheAnswer(answer: String, major: Int?) {
        #expect(PostgresInstallation.major(in: answer) == major)
    }

    @Test func overrideIsTheOnlyPlaceAndPathComesFirstOtherwise() {
        #expect(PostgresInstallation.places(environment: ["TALLY_POSTGRES_BIN": "/x", "PATH": "/y"]) == ["/x"])
        let places = PostgresInstallation.places(environment: ["PATH": "/y:relative:/z"])
        #expect(places.starts(with: ["/y", "/z"]))
        #expect(places.contains("/usr/lib/postgresql/*/bin"))
    }

    @Test func newestIsChosenUnlessAMajorIsWanted() throws {
        let folder = try TestFolder()
        for major in [14, 21, 12] { try install(major, in: "\(folder.path)/\(major)/bin") }
        let environment = ["PATH": [14, 21, 12].map { "\(folder.path)/\($0)/bin" }.joined(separator: ":")]
        let identity = ServerIdentity(uid: geteuid())
        let newest = try PostgresInstallation.find(major: nil, environment: environment, as: identity)
        #expect(newest == PostgresInstallation(folder: "\(folder.path)/21/bin", major: 21))
        let wanted = try PostgresInstallation.find(major: 14, environment: environment, as: identity)
        #expect(wanted.folder == "\(folder.path)/14/bin")
        // Found, but older than what is supported.
        #expect(throws: EmbeddedPostgresError.self) {
            _ = try PostgresInstallation.find(
                major: nil, environment: ["TALLY_POSTGRES_BIN": "\(folder.path)/12/bin"], as: identity)
        }
    }

    @Test func linkedProgramIsFollowedToItsFolder() throws {
        let folder = try TestFolder()
        try install(21, in: folder.path + "/real")
        try FileManager.default.createDirectory(atPath: folder.path + "/bin", withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/bin/postgres", withDestinationPath: folder.path + "/real/postgres")
        let found = try PostgresInstallation.find(
            major: nil, environment: ["TALLY_POSTGRES_BIN": folder.path + "/bin"],
            as: ServerIdentity(uid: geteuid()))
        #expect(found.folder == folder.path + "/real")
    }

    private func install(_ major: Int, in folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for program in ["postgres", "initdb"] {
            let script = "#!/bin/sh\necho \"postgres (PostgreSQL) \(major).1\"\n"
            let path = folder + "/" + program
            try Data(script.utf8).write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
    }
}
