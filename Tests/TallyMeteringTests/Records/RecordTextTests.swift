import TallyCore
import TallyMetering
import Testing

struct RecordTextTests {
    @Test(arguments: [
        ("", nil), ("plain", "plain"), ("a\tb\r\nc\u{7f}", "abc"), ("\0", nil), ("e\u{301}", "\u{e9}"),
        ("e\n\u{301}", "\u{e9}"), ("  kept  ", "  kept  "),
    ])
    func fitsATextToARecord(text: String, fitted: String?) {
        #expect(RecordText.fitted(text).map { Array($0.utf8) } == fitted.map { Array($0.utf8) })
    }

    @Test func cutsBetweenScalars() {
        #expect(RecordText.fitted(String(repeating: "x", count: 1025)) == String(repeating: "x", count: 1024))
        #expect(RecordText.fitted("x" + String(repeating: "\u{e9}", count: 512))?.utf8.count == 1023)
    }

    @Test func whatIsFittedIsTakenAsItIs() throws {
        let texts = ["x\u{e9}\u{1F600}\n", String(repeating: "\u{958}", count: 400), "\u{1100}\u{1161}\t\u{11a8}"]
        for text in texts {
            let fitted = try #require(RecordText.fitted(text))
            let members = "\"upstream\":\"\(fitted)\",\"tags\":{\"\(fitted)\":\"\(fitted)\"}"
            let event = try decode(with: members).event
            #expect(event.details?.upstream.map { Array($0.utf8) } == Array(fitted.utf8))
            #expect(event.attribution.tags == [fitted: fitted])
        }
    }

    @Test func fitsTags() {
        #expect(RecordText.fitted([:]) == nil)
        #expect(RecordText.fitted(["\n": "x"]) == nil)
        #expect(RecordText.fitted(["a": "\n", "a\n": "2", "b": "3"]) == ["a": "", "b": "3"])
        let many = Dictionary(uniqueKeysWithValues: (100..<200).map { ("k\($0)", "v") })
        #expect(RecordText.fitted(many)?.keys.sorted() == (100..<164).map { "k\($0)" })
    }
}
