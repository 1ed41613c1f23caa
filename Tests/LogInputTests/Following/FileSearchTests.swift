import Foundation
import Testing

@testable import LogInput

struct FileSearchTests {
    @Test(arguments: [
        ("*.log", "app.log", true), ("*.log", "app.log.1", false), ("*.log", ".log", false), ("a?c", "abc", true),
        ("a?c", "ac", false), ("[a-c]x", "bx", true), ("[a-c]x", "dx", false), ("[!a-c]x", "dx", true),
        ("[]x", "[]x", true), ("[]]x", "]x", true), ("a*b*c", "a-b-b-c", true), ("a*b*c", "a-b-b", false),
        ("**", "x", true), (".*", ".x", true), ("a\\*", "a*", true), ("a\\*", "ab", false), ("*", "", true),
        ("*a", String(repeating: "b", count: 5_000) + "a", true),
    ]) func patternsMatchNames(pattern: String, name: String, expected: Bool) {
        #expect(FileNamePattern(pattern[...]).matches(name) == expected)
    }

    private func names(_ search: inout FileSearch, _ fixture: InputFixture) throws -> [String] {
        try search.look().map { String($0.path.dropFirst(fixture.folder.count + 1)) }.sorted()
    }

    @Test func globsAndFoldersFindTheirFiles() throws {
        let fixture = try InputFixture()
        for name in ["a.log", "b.txt", "deep/c.log", "deep/er/d.log", "deep/.hidden/e.log", ".f.log"] {
            _ = try fixture.write("x\n", to: name)
        }
        var flat = FileSearch(patterns: [fixture.folder + "/*.log"])
        #expect(try names(&flat, fixture) == ["a.log"])
        var deep = FileSearch(patterns: [fixture.folder + "/**/*.log"])
        #expect(try names(&deep, fixture) == ["a.log", "deep/c.log", "deep/er/d.log"])
        var folder = FileSearch(patterns: [fixture.folder + "/deep"])
        #expect(try names(&folder, fixture) == ["deep/c.log", "deep/er/d.log"])
        var inner = FileSearch(patterns: [fixture.folder + "/d*/?.log"])
        #expect(try names(&inner, fixture) == ["deep/c.log"])
    }

    @Test func filesMayComeLaterAndTheirSuccessorsAreFoundToo() throws {
        let fixture = try InputFixture()
        var search = FileSearch(patterns: [fixture.folder + "/app.log", fixture.folder + "/none/*.log"])
        #expect(try names(&search, fixture) == [])
        let path = try fixture.write("x\n", to: "app.log")
        _ = try fixture.write("y\n", to: "other.log")
        #expect(try names(&search, fixture) == ["app.log"])
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        // The live file is away for a moment.
        #expect(try names(&search, fixture) == ["app.log.1"])
        _ = try fixture.write("z\n", to: "app.log")
        _ = try fixture.write("w\n", to: "app.log-20260601.gz")
        #expect(try names(&search, fixture) == ["app.log", "app.log-20260601.gz", "app.log.1"])
    }

    @Test func aFileWithTwoNamesIsOne() throws {
        let fixture = try InputFixture()
        let path = try fixture.write("x\n", to: "a.log")
        try FileManager.default.createSymbolicLink(atPath: fixture.folder + "/b.log", withDestinationPath: path)
        try FileManager.default.linkItem(atPath: path, toPath: fixture.folder + "/c.log")
        var search = FileSearch(patterns: [fixture.folder + "/*.log"])
        #expect(try names(&search, fixture) == ["a.log"])
    }

    @Test func tooManyFilesAreRefused() throws {
        let fixture = try InputFixture()
        for number in 0..<4 { _ = try fixture.write("x\n", to: "\(number).log") }
        var search = FileSearch(patterns: [fixture.folder + "/*.log"], limits: .init(files: 3))
        #expect(throws: LogInputError.tooManyFiles(path: fixture.folder + "/3.log", limit: 3)) { try search.look() }
    }
}
