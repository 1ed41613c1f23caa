import TallyCore
import Testing

struct NamePatternTests {
    @Test(arguments: [
        ("claude-3-haiku*", "claude-3-haiku", true), ("claude-3-haiku*", "claude-3-haiku-20240307", true),
        ("claude-3-haiku*", "us.claude-3-haiku", false), ("*nova-lite*", "us.amazon.nova-lite-v1:0", true),
        ("*nova-lite*", "nova-lit", false), ("*-flash", "gemini-2.0-flash", true),
        ("*-flash", "gemini-flash-8b", false),
        ("o1-####-##-##", "o1-2024-12-17", true), ("o1-####-##-##", "o1-2024-12-1x", false),
        ("o1-####-##-##", "o1-2024-12-170", false), ("a*b*c", "aXbXbXc", true), ("a*b*c", "acb", false),
        ("*", "", true), ("*", "anything", true), ("", "", true), ("", "a", false), ("a**b", "ab", true),
        ("*ab*ab", "abab", true), ("*ab*ab", "xab", false), ("GPT-4*", "gpt-4o", true),
    ])
    func fits(pattern: String, name: String, fits: Bool) {
        #expect(NamePattern(pattern).matches(Array(name.lowercased().utf8)) == fits)
    }

    @Test func isAsLongAsWhatItFixes() {
        #expect(NamePattern("*ab#*c").length == 4)
        #expect(NamePattern("*").length == 0)
    }

    @Test func tellsPatternsFromNames() {
        for text in ["a*", "*", "a-#"] { #expect(NamePattern.isPattern(text)) }
        for text in ["a", "a:b", "a/b@2", ""] { #expect(!NamePattern.isPattern(text)) }
    }

    /// Against every way of sharing a name out among the signs of a pattern, for all short ones.
    @Test func agreesWithTryingEverything() {
        func fits(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
            guard let sign = pattern.first else { return name.isEmpty }
            if sign == UInt8(ascii: "*") {
                return (0...name.count).contains { fits(pattern.dropFirst(), name.dropFirst($0)) }
            }
            guard let byte = name.first else { return false }
            let isFit = sign == UInt8(ascii: "#") ? (48...57).contains(byte) : sign == byte
            return isFit && fits(pattern.dropFirst(), name.dropFirst())
        }
        let signs: [UInt8] = Array("*a1#".utf8)
        func words(_ alphabet: [UInt8], upTo length: Int) -> [[UInt8]] {
            var all: [[UInt8]] = [[]]
            var last: [[UInt8]] = [[]]
            for _ in 0..<length {
                last = last.flatMap { word in alphabet.map { word + [$0] } }
                all += last
            }
            return all
        }
        let names = words(Array("a1".utf8), upTo: 5)
        for pattern in words(signs, upTo: 4) {
            let compiled = NamePattern(String(decoding: pattern, as: UTF8.self))
            for name in names where compiled.matches(name) != fits(pattern[...], name[...]) {
                Issue.record("\(compiled.text) and \(String(decoding: name, as: UTF8.self))")
            }
        }
    }
}
