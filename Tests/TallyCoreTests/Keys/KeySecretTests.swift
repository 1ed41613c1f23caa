import TallyCore
import Testing

struct KeySecretTests {
    @Test func isAPrefixAndFortyThreeLettersAndDigits() throws {
        var random = SeededGenerator(seed: 0x6b65_7973)
        var seen: Set<String> = []
        var letters: Set<Character> = []
        for _ in 0..<1_000 {
            let secret = KeySecret(using: &random)
            #expect(secret.text.wholeMatch(of: /tly_[0-9A-Za-z]{43}/) != nil)
            #expect(KeySecret(secret.text)?.text == secret.text)
            #expect(seen.insert(secret.text).inserted)
            letters.formUnion(secret.text.dropFirst(4))
        }
        #expect(letters.count == 62)
    }

    @Test func isNeverDescribed() throws {
        let secret = try #require(KeySecret("tly_" + String(repeating: "a", count: 39) + "Wxyz"))
        #expect("\(secret)" == "tly_…Wxyz" && secret.hint == "Wxyz")
        #expect(String(describing: secret) == "tly_…Wxyz")
    }

    @Test(arguments: [
        "", "tly_", "tly_" + String(repeating: "a", count: 42), "tly_" + String(repeating: "a", count: 44),
        "tlx_" + String(repeating: "a", count: 43), "tly_" + String(repeating: "a", count: 42) + "-",
        "tly_" + String(repeating: "\u{e9}", count: 43), " tly_" + String(repeating: "a", count: 43),
        "hf_abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqr",
    ])
    func refusesWhatIsNone(text: String) {
        #expect(KeySecret(text) == nil)
    }

    @Test func itsHashIsASHA256() throws {
        let secret = try #require(KeySecret("tly_" + String(repeating: "0", count: 43)))
        let hash = KeyHash(of: secret)
        let digits = hash.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(digits == "3ee2af79bf0297dd3f8e6b96aeea00aa420e12e8a0de6b51ac19d3f3a56b2aaa")
        #expect(KeyHash(bytes: hash.bytes) == hash)
        for place in 0..<32 {
            var other = hash.bytes
            other[place] ^= 1
            #expect(KeyHash(bytes: other) != hash)
        }
        #expect(KeyHash(bytes: Array(hash.bytes.dropLast())) == nil && KeyHash(bytes: hash.bytes + [0]) == nil)
    }
}
