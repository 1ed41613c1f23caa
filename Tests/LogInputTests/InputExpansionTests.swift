import Foundation
import Testing

@testable import LogInput

struct InputExpansionTests {
    @Test func foldersAreWalkedInOrder() throws {
        let fixture = try InputFixture()
        for name in ["b.log", "a/2.log", "a/10.log", "a/z/1.log", ".hidden", ".dir/x.log", "c.log"] {
            _ = try fixture.write(name, to: name)
        }
        let folder = fixture.folder
        try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: folder + "/a")
        try FileManager.default.createSymbolicLink(atPath: folder + "/broken", withDestinationPath: folder + "/none")
        let names = { (expansion: InputExpansion) in expansion.files.map { $0.replacing(folder + "/", with: "") } }
        let whole = try InputExpansion(paths: [folder])
        #expect(names(whole) == ["a/10.log", "a/2.log", "a/z/1.log", "b.log", "c.log"])
        #expect(whole.repeated == [])
        #expect(try names(InputExpansion(paths: [folder + "/"])) == names(whole))
        #expect(try names(InputExpansion(paths: [folder + "/link"])) == ["link/10.log", "link/2.log", "link/z/1.log"])
        #expect(try names(InputExpansion(paths: [folder + "/.hidden", "-"])) == [".hidden", "-"])
        let twice = try InputExpansion(paths: ["-", folder + "/c.log", folder, "-"])
        #expect(names(twice) == ["-", "c.log", "a/10.log", "a/2.log", "a/z/1.log", "b.log"])
        #expect(twice.repeated == [folder + "/c.log", "-"])
    }

    @Test func limitsAndFaultsAreNamed() throws {
        let fixture = try InputFixture()
        for name in ["1", "2", "d/e/3"] { _ = try fixture.write(name, to: name) }
        let missing = fixture.folder + "/none"
        #expect(throws: LogInputError.notFound(path: missing)) { try InputExpansion(paths: [missing]) }
        #expect(throws: LogInputError.tooManyFiles(path: fixture.folder + "/d/e/3", limit: 2)) {
            try InputExpansion(
                paths: [fixture.folder + "/1", fixture.folder + "/2", fixture.folder + "/d"], limits: .init(files: 2))
        }
        #expect(throws: LogInputError.tooDeep(path: fixture.folder + "/d/e", limit: 2)) {
            try InputExpansion(paths: [fixture.folder], limits: .init(depth: 2))
        }
    }
}
