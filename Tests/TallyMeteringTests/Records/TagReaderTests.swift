import TallyCore
import Testing

@testable import TallyMetering

struct TagReaderTests {
    private func tags(_ json: String) throws -> [String: String]? {
        try decode(with: #""tags":\#(json)"#).event.attribution.tags
    }

    @Test func readsPlainValuesAsText() throws {
        #expect(
            try tags(#"{"a":"x","b":7,"c":1.50,"d":true,"e":false,"f":null,"g":""}"#)
                == ["a": "x", "b": "7", "c": "1.50", "d": "true", "e": "false", "g": ""])
        #expect(try tags("{}") == nil)
        #expect(try tags(#"{"a":null}"#) == nil)
        #expect(try tags(#"{"a":"1","a":"2"}"#) == ["a": "2"])
    }

    @Test func boundsTheirNumberAndLength() throws {
        func many(_ count: Int) -> String {
            "{" + (0..<count).map { "\"t\($0)\":1" }.joined(separator: ",") + "}"
        }
        #expect(try tags(many(FieldReader.maximumTags))?.count == FieldReader.maximumTags)
        #expect(try refusal(with: #""tags":"# + many(65)) == "tags has 65 members; at most 64 are kept")
        let digits = String(repeating: "1", count: 1025)
        #expect(
            try refusal(with: #""tags":{"a":"\#(digits)"}"#)
                == "tags, member 1 is 1025 bytes long; at most 1024 are kept")
        #expect(
            try refusal(with: #""tags":{"a":\#(digits)}"#) == "tags, member 1 is 1025 bytes long; at most 1024 are kept"
        )
        #expect(
            try refusal(with: #""tags":{"\#(digits)":1}"#)
                == "tags: the name of member 1 is 1025 bytes long; at most 1024 are kept")
    }
}
