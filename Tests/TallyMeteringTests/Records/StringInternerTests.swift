import FastJSON
import Testing

@testable import TallyMetering

struct StringInternerTests {
    @Test func neverConfusesTexts() throws {
        let seed: UInt64 = 0x696e_7465_726e
        var random = SeededGenerator(seed: seed)
        // Many more texts than there are slots, most of them seen again.
        let texts =
            (0..<5_000).map { _ in String(UInt64.random(in: 0..<4_000, using: &random), radix: 36) }
            + ["", "a", "A", "\u{e9}", "e\u{301}", "\u{1f600}"]
        var interner = StringInterner()
        let parser = try JSONParser()
        for text in texts.shuffled(using: &random) {
            let string = try parser.withDocument("\"\(text)\"") { value in
                let read = try #require(value.text)
                return try interner.name(read, field: "name")
            }
            // Two spellings of one character are one name, in composed form.
            let expected = text == "e\u{301}" ? "\u{e9}" : text
            #expect(Array((string ?? "").utf8) == Array(expected.utf8), "seed \(seed), \(text)")
        }
    }

    @Test func refusesABadNameEveryTime() throws {
        var interner = StringInterner()
        let parser = try JSONParser()
        for _ in 0..<2 {
            let failure = #expect(throws: RecordFailure.self) {
                try parser.withDocument(#""a\u0001b""#) { value in
                    let read = try #require(value.text)
                    _ = try interner.name(read, field: "project")
                }
            }
            #expect(failure?.description.hasPrefix("project has a control character") == true)
        }
    }
}
