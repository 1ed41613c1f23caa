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

    /// A UUID of version 7 (RFC 9562, 5.7): the example of that page has this time.
    @Test func aRelayedCallHasATimeAndIsNew() throws {
        let time = Instant(microseconds: 0x017F_22E2_79B0 * 1000 + 999)
        let identities = (0..<2_000).map { _ in EventIdentity(relayedAt: time) }
        #expect(Set(identities).count == identities.count)
        for identity in identities {
            let text = identity.description
            #expect(text.hasPrefix("017f22e2-79b0-7"))
            #expect("89ab".contains(text[text.index(text.startIndex, offsetBy: 19)]))
            #expect(EventIdentity(text: text) == identity)
        }
        // All other bits are drawn.
        #expect(identities.reduce(0) { $0 | ($1.high & 0xFFF) } == 0xFFF)
        #expect(identities.reduce(0xFFF) { $0 & ($1.high & 0xFFF) } == 0)
        #expect(identities.reduce(0) { $0 | $1.low } == 0xBFFF_FFFF_FFFF_FFFF)
        #expect(identities.reduce(.max) { $0 & $1.low } == 0x8000_0000_0000_0000)
    }

    @Test func relayedCallsSortByTheirTime() throws {
        var last = EventIdentity(relayedAt: .earliestEvent)
        for milliseconds: Int64 in [1, 2, 1000, 86_400_000, 1_000_000_000_000] {
            let time = Instant(microseconds: Instant.earliestEvent.microseconds + milliseconds * 1000)
            let next = EventIdentity(relayedAt: time)
            #expect(last < next)
            last = next
        }
        #expect(last < EventIdentity(relayedAt: .latestEvent))
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
