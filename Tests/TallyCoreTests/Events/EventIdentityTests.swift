import TallyCore
import Testing

struct EventIdentityTests {
    private let text = "0190163d-8694-739b-aea5-966c26f8ad90"

    @Test func readsAndWritesTheTextOfAUUID() throws {
        let identity = try #require(EventIdentity(text: text))
        #expect(identity.high == 0x0190_163d_8694_739b && identity.low == 0xaea5_966c_26f8_ad90)
        #expect(identity.description == text)
        #expect(EventIdentity(text: text.filter { $0 != "-" }) == identity)
        #expect(EventIdentity(text: text.uppercased()) == identity)
        #expect(EventIdentity(high: 0, low: 1).description == "00000000-0000-0000-0000-000000000001")
    }

    @Test(arguments: [
        "", "-", "0190163d-8694-739b-aea5-966c26f8ad9", "0190163d-8694-739b-aea5-966c26f8ad900",
        "g190163d-8694-739b-aea5-966c26f8ad90", "0190163d-8694-739b-aea5966c26f8ad90",
        "0-190163d-8694-739b-aea5-966c26f8ad90", "0190163d8694-739b-aea5-966c26f8ad90-",
        "-0190163d-8694-739b-aea5-966c26f8ad90", "0190163d--8694-739b-aea5966c26f8ad90",
        "{0190163d-8694-739b-aea5-966c26f8ad90}", " 0190163d-8694-739b-aea5-966c26f8ad90",
    ])
    func refusesOtherText(_ text: String) {
        #expect(EventIdentity(text: text) == nil)
    }

    @Test func everyIdentityComesBackFromItsText() {
        let seed: UInt64 = 0x7575_6964
        var random = SeededGenerator(seed: seed)
        for _ in 0..<1_000 {
            let identity = EventIdentity(
                high: random.next() >> UInt64.random(in: 0...63, using: &random), low: random.next())
            #expect(EventIdentity(text: identity.description) == identity, "seed \(seed), \(identity)")
        }
    }

    @Test func sortsByItsBytes() {
        #expect(EventIdentity(high: 1, low: 0) < EventIdentity(high: 2, low: 0))
        #expect(EventIdentity(high: 1, low: .max) < EventIdentity(high: 2, low: 0))
        #expect(EventIdentity(high: 1, low: 1) < EventIdentity(high: 1, low: 2))
        #expect(!(EventIdentity(high: 1, low: 1) < EventIdentity(high: 1, low: 1)))
    }

    @Test func isTheFirstHalfOfASHA256() {
        var record = IdentityRecord()
        record.reset("k")
        // SHA-256 of the two bytes 01 6b: the length of the kind, then the kind.
        let empty = EventIdentity(hashing: record)
        #expect(empty.description == "b78902b8-50cd-9a0a-1a3d-8ed55ece0fbb")
        record.append("x")
        #expect(EventIdentity(hashing: record) != empty)
        record.reset("k")
        #expect(EventIdentity(hashing: record) == empty)
    }
}
