import Foundation
import Testing

@testable import EmbeddedPostgres

struct SocketDirectoryTests {
    private let folder: TestFolder
    private let directory: DataDirectory

    init() throws {
        folder = try TestFolder()
        directory = try DataDirectory(preparing: folder.data)
    }

    @Test func nameIsStableShortAndOneForEveryWayToTheFolder() throws {
        let link = folder.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.data)
        let direct = try SocketDirectory(for: directory)
        #expect(try SocketDirectory(for: DataDirectory(preparing: link)).path == direct.path)
        #expect(direct.path.hasPrefix("/tmp/tally-\(directory.identity.uid)-"))
        #expect(direct.socket.utf8.count < 100)
        #expect(try SocketDirectory(for: DataDirectory(preparing: folder.path + "/other")).path != direct.path)
    }

    @Test func longestPathThatFitsIsTakenAndOneByteMoreRefused() throws {
        let bytes = try SocketDirectory(for: directory, root: "").socket.utf8.count
        let fitting = "/" + String(repeating: "r", count: 99 - bytes - 1)
        #expect(try SocketDirectory(for: directory, root: fitting).socket.utf8.count == 99)
        let error = #expect(throws: EmbeddedPostgresError.self) {
            _ = try SocketDirectory(for: directory, root: fitting + "r")
        }
        guard case .socketPathTooLong(_, 100, 99) = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
    }

    @Test func foreignFolderIsRefused() throws {
        let sockets = try SocketDirectory(for: directory, root: folder.path)
        try FileManager.default.createDirectory(
            atPath: sockets.path, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o755, .ownerAccountID: Int(directory.identity.uid)])
        let open = #expect(throws: EmbeddedPostgresError.self) { try sockets.prepare(for: directory.identity) }
        #expect(open?.description.contains("may be entered by others") == true)

        try FileManager.default.removeItem(atPath: sockets.path)
        try FileManager.default.createSymbolicLink(atPath: sockets.path, withDestinationPath: folder.data)
        let link = #expect(throws: EmbeddedPostgresError.self) { try sockets.prepare(for: directory.identity) }
        #expect(link?.description.contains("is no folder of user") == true)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a folder away"))
    func folderOfAnotherUserIsRefused() throws {
        let sockets = try SocketDirectory(for: directory, root: folder.path)
        try FileManager.default.createDirectory(
            atPath: sockets.path, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700, .ownerAccountID: 54321])
        let error = #expect(throws: EmbeddedPostgresError.self) { try sockets.prepare(for: directory.identity) }
        #expect(error?.description.contains("is no folder of user") == true)
    }

    @Test func ownFolderIsTakenAgainAndRemovedWithItsSocket() throws {
        let sockets = try SocketDirectory(for: directory, root: folder.path)
        try sockets.prepare(for: directory.identity)
        try sockets.prepare(for: directory.identity)
        #expect(try folder.attributes(sockets.path) == (0o700, Int(directory.identity.uid)))
        try Data().write(to: URL(filePath: sockets.socket))
        try Data().write(to: URL(filePath: sockets.socket + ".lock"))
        sockets.remove()
        #expect(!FileManager.default.fileExists(atPath: sockets.path))
    }
}
