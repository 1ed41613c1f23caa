import EmbeddedPostgres
import Foundation
import Testing

struct DataDirectoryTests {
    /// A service with its database elsewhere keeps files in a folder that a private server may need later.
    @Test func aFolderPreparedWithoutAServerIsOneForItsUser() throws {
        let folder = try TestFolder()
        try EmbeddedPostgres.prepareFolder(folder.data)
        let made = try folder.attributes(folder.data)
        #expect(made.mode == 0o700)
        #expect(geteuid() == 0 ? made.owner != 0 : made.owner == Int(geteuid()))
        try Data("x".utf8).write(to: URL(filePath: folder.data + "/file"))
        let process = try FixtureProcess(directory: folder.data)
        #expect(try Machine.query("SELECT 1", try process.conninfo()) == "1")
        #expect(try process.release() == "stopped")
        try EmbeddedPostgres.prepareFolder(folder.data)
        #expect(folder.exists("data/file"))
    }
}
