import TallyCore
import Testing

struct KeyNameTests {
    @Test(arguments: ["ci", "a b", "Ünï", "read-1", "keys", String(repeating: "x", count: 128)])
    func takesNames(text: String) throws {
        #expect(try KeyName(text).text == text)
    }

    @Test func isInComposedForm() throws {
        #expect(try Array(KeyName("e\u{301}").text.utf8) == Array("\u{e9}".utf8))
    }

    @Test(arguments: [
        ("", "it is empty; write a name"),
        (String(repeating: "x", count: 129), "it is longer than 128 bytes; shorten it"),
        ("a\nb", "it has a control character; take it out"), (" a", "it begins or ends with a space; take it away"),
        ("a ", "it begins or ends with a space; take it away"),
        ("key_1", "it begins with key_ as other things do; choose another"),
        ("tly_1", "it begins with tly_ as other things do; choose another"),
    ])
    func refusesWhatIsNone(text: String, reason: String) {
        let failure = #expect(throws: KeyName.Failure.self) { _ = try KeyName(text) }
        #expect(failure?.description == reason)
    }

    @Test func idsAreTheirPrefixAndTwelveLettersAndDigits() {
        var random = SeededGenerator(seed: 1)
        #expect(KeyID(using: &random).text.wholeMatch(of: /key_[0-9A-Za-z]{12}/) != nil)
        #expect(KeyID(using: &random) != KeyID(using: &random))
    }
}
