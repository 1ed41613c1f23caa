import Testing

@testable import TallyConfig

struct SettingsFileTests {
    @Test func refusesALargeFile() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("f.yaml", "12345")
        #expect(try SettingsFile.read(path, limit: 5) == "12345")
        #expect {
            try SettingsFile.read(path, limit: 4)
        } throws: { error in
            "\(error)" == "\(path): the file is larger than 4 bytes; split it into several files"
        }
    }

    @Test(arguments: [
        ("prices.yaml", "/etc/tally", "/etc/tally/prices.yaml"), ("/a/b", "/etc", "/a/b"), ("x", "", "x"),
        ("x", "/", "/x"),
        ("../x", "a", "a/../x"),
    ])
    func seesPathsFromAFolder(path: String, folder: String, expected: String) {
        #expect(SettingsFile.resolve(path, in: folder) == expected)
    }

    @Test(arguments: [("/a/b.yaml", "/a"), ("/b.yaml", "/"), ("b.yaml", ""), ("a/b.yaml", "a")])
    func knowsTheFolder(path: String, expected: String) {
        #expect(SettingsFile.folder(of: path) == expected)
    }
}
