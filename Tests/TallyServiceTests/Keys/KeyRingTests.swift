import TallyCore
import TallyService
import Testing

struct KeyRingTests {
    private let reading = SampleKey("reading", [.read], seed: 1)
    private let proxying = SampleKey("proxying", [.proxy], project: "search", seed: 2)

    @Test func knowsNothingBeforeItIsTold() {
        let ring = KeyRing()
        #expect(!ring.isKnown && !ring.hasKeys && !ring.hasAPIKeys)
        #expect(ring.find(secret: reading.secret.text) == nil)
        ring.replace(with: [])
        #expect(ring.isKnown && !ring.hasKeys && !ring.hasAPIKeys)
    }

    @Test func findsTheGrantOfASecret() {
        let ring = KeyRing()
        ring.replace(with: [reading.live, proxying.live])
        #expect(ring.find(secret: reading.secret.text) == reading.live.grant)
        #expect(ring.find(secret: proxying.secret.text)?.attribution.project == "search")
        let other = SampleKey("other", [.admin], seed: 3)
        for text in [other.secret.text, "", "tly_", String(reading.secret.text.dropLast()), reading.secret.hint] {
            #expect(ring.find(secret: text) == nil)
        }
    }

    @Test func aKeyThatIsRevokedIsFoundNoMore() {
        let ring = KeyRing()
        ring.replace(with: [reading.live, proxying.live])
        ring.replace(with: [proxying.live])
        #expect(ring.find(secret: reading.secret.text) == nil)
        #expect(ring.find(secret: proxying.secret.text) != nil)
    }

    @Test(arguments: KeyScope.allCases)
    func keysOfTheProxyAloneAreNoneOfTheAPI(scope: KeyScope) {
        let ring = KeyRing()
        ring.replace(with: [SampleKey("one", [scope], seed: 4).live])
        #expect(ring.hasKeys)
        #expect(ring.hasAPIKeys == (scope != .proxy))
    }

    @Test func manyThreadsFindWhileKeysAreReplaced() async {
        let ring = KeyRing()
        let (all, some) = ([reading.live, proxying.live], [reading.live])
        ring.replace(with: all)
        let (text, grant) = (reading.secret.text, reading.live.grant)
        let found = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask { (0..<2_000).count { _ in ring.find(secret: text) == grant } }
            }
            group.addTask {
                for turn in 0..<2_000 { ring.replace(with: turn % 2 == 0 ? some : all) }
                return 0
            }
            return await group.reduce(0, +)
        }
        #expect(found == 8_000)
    }
}
