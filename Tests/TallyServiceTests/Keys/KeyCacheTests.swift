import Foundation
import TallyCore
import Testing

@testable import TallyService

struct KeyCacheTests {
    private let folder: LogFolder
    private let keys = [
        SampleKey("reading", [.read, .admin], seed: 1),
        SampleKey("proxying \"x\"", [.proxy], project: "séarch", seed: 2),
    ]

    init() throws { folder = try LogFolder() }

    private func cache(_ database: String = "one") -> KeyCache {
        KeyCache(path: folder.file("keys.json"), database: database)
    }

    @Test func whatIsWrittenIsRead() async throws {
        #expect(await cache().read() == nil)
        try await cache().write(keys.map(\.live))
        #expect(await cache().read() == keys.map(\.live))
        try await cache().write([])
        #expect(await cache().read() == [])
    }

    @Test func holdsNoSecretAndIsForItsOwnerAlone() async throws {
        // What lies there before, open to all, is not written to.
        let path = try folder.write("keys.json", "old")
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
        try await cache().write(keys.map(\.live))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for key in keys { #expect(!text.contains(key.secret.text.dropFirst(4).prefix(8))) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["keys.json"])
    }

    @Test func theCopyOfAnotherDatabaseIsNotUsed() async throws {
        try await cache("one").write(keys.map(\.live))
        #expect(await cache("two").read() == nil)
    }

    @Test(arguments: [
        "", "{", "[]", "{}", #"{"version":2,"database":"one","keys":[]}"#, #"{"version":1,"database":"one"}"#,
        #"{"version":1,"database":"one","keys":[{"key_id":"key_1"}]}"#,
        #"{"version":1,"database":"one","keys":[{"key_id":"key_1","name":"a","secret_sha256":"00","scopes":[],"tags":{}}]}"#,
    ])
    func aCopyThatIsNoneIsNotUsed(text: String) async throws {
        _ = try folder.write("keys.json", text)
        #expect(await cache().read() == nil)
    }

    @Test func aFailureNamesTheFileAndLeavesTheCopy() async throws {
        let missing = KeyCache(path: folder.file("missing/keys.json"), database: "one")
        let failure = await #expect(throws: KeyCache.Failure.self) { try await missing.write([]) }
        #expect(failure?.description.contains("missing/keys.json") == true)
        #expect(failure?.description.contains("cannot be made: No such file or directory") == true)
        // A folder in the place of the copy cannot be replaced; nothing is left beside it.
        _ = try folder.write("keys.json/file", "x")
        let blocked = await #expect(throws: KeyCache.Failure.self) { try await cache().write([]) }
        #expect(blocked?.description.contains("cannot be put in place") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["keys.json"])
    }
}
