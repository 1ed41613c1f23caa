import Foundation
import Testing

@testable import LogInput

struct FileTrailTests {
    private func trail(_ path: String, at position: Int) throws -> FileTrail {
        try #require(try FileTrail.of(LogFile(path: path).probe(), at: position, path: path))
    }

    private func continues(_ path: String, _ trail: FileTrail) throws -> Bool {
        try trail.isContinued(by: LogFile(path: path).probe())
    }

    private let long = (0..<2_000).map { "line \($0)\n" }.joined()

    @Test func aFileIsKnownByItsContent() throws {
        let fixture = try InputFixture()
        let path = try fixture.write(long, to: "app.log")
        let trail = try trail(path, at: 12_000)
        let renamed = try fixture.write(long + "more\n", to: "renamed")
        let packed = try fixture.write(InputFixture.gzip(Array(long.utf8)), to: "app.log.1.gz")
        let dense = try fixture.write(InputFixture.zstdFrame(Array(long.utf8)), to: "app.log.1.zst")
        #expect(try continues(renamed, trail))
        #expect(try continues(packed, trail))
        #expect(try continues(dense, trail))
    }

    @Test func anotherContentIsNotContinued() throws {
        let fixture = try InputFixture()
        let trail = try trail(try fixture.write(long, to: "app.log"), at: 12_000)
        let cut = try fixture.write(String(long.utf8.prefix(11_999).map { Character(UnicodeScalar($0)) }), to: "cut")
        let other = try fixture.write("line 0!\n" + long, to: "other")
        var bytes = Array(long.utf8)
        bytes[11_500] ^= 1
        let changed = try fixture.write(bytes, to: "changed")
        for path in [cut, other, changed] { #expect(try !continues(path, trail)) }
    }

    @Test func aFingerprintGrowsWithASmallFile() throws {
        let fixture = try InputFixture()
        let small = try trail(try fixture.write("a\nb\n", to: "small"), at: 2)
        #expect(small.head.count == 2)
        let path = try fixture.write("a\nb\n" + long, to: "small")
        #expect(try continues(path, small))
        #expect(try trail(path, at: 4_000).head.count == ContentFingerprint.maximumBytes)
    }

    @Test(arguments: [false, true]) func ofSeveralTrailsTheFarthestIsContinued(isPacked: Bool) throws {
        let fixture = try InputFixture()
        let plain = try fixture.write(long, to: "plain")
        let trails = try ["a": 500, "b": 20, "c": 9_000, "d": 3_000].mapValues { try trail(plain, at: $0) }
        let other = ["z": try trail(try fixture.write("other\n" + long, to: "o"), at: 600)]
        let bytes = Array(long.utf8)
        let path = try fixture.write(isPacked ? InputFixture.gzip(bytes) : bytes, to: "seen")
        let all = trails.merging(other) { first, _ in first }
        #expect(try LogFile(path: path).probe().continued(among: all) == "c")
        let short = Array(bytes[..<4_000])
        let shorter = try fixture.write(isPacked ? InputFixture.gzip(short) : short, to: "shorter")
        #expect(try LogFile(path: shorter).probe().continued(among: all) == "d")
        #expect(try LogFile(path: shorter).probe().continued(among: other) == nil)
    }
}
