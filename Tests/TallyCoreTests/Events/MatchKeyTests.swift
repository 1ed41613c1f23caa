import TallyCore
import Testing

struct MatchKeyTests {
    @Test func isTheFirstHalfOfTheHashOfTheID() throws {
        // printf chatcmpl-1 | sha256sum
        let key = try #require(MatchKey(requestID: "chatcmpl-1"))
        #expect(EventIdentity(high: key.high, low: key.low).description == "0adc2896-ac2c-dafb-bf37-f789801ef8c0")
        #expect(key == MatchKey(requestID: "chatcmpl-1"))
        #expect(key != MatchKey(requestID: "chatcmpl-2"))
    }

    @Test func thereIsNoneWithoutAnID() {
        #expect(MatchKey(requestID: nil) == nil)
        #expect(MatchKey(requestID: "") == nil)
    }

    @Test func sortsByItsBytes() {
        let keys = [MatchKey(high: 1, low: 2), MatchKey(high: 0, low: .max), MatchKey(high: 1, low: 0)]
        #expect(keys.sorted().map(\.low) == [.max, 0, 2])
    }
}
