import TallyCore
import Testing

struct AttributionTests {
    @Test func attributionIsCorrectedByWhatIsStated() {
        let first = Attribution(project: "a", user: "u", key: "k", tags: ["x": "1"])
        #expect(first.corrected(by: Attribution()) == first)
        let renamed = first.corrected(by: Attribution(project: "b", tags: ["y": "2"]))
        #expect(renamed == Attribution(project: "b", user: "u", key: "k", tags: ["y": "2"]))
        #expect(Attribution(project: "unattributed") == Attribution())
        #expect(first.corrected(by: Attribution(project: "unattributed")) == first)
    }
}
