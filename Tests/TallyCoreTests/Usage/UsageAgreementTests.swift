import TallyCore
import Testing

struct UsageAgreementTests {
    private func usage(_ entries: KeyValuePairs<UsageClass, Int64>) -> UsageBuckets {
        var usage = UsageBuckets()
        for (usageClass, quantity) in entries { usage[usageClass] = quantity }
        return usage
    }

    @Test func whoTellsNoPartsAgreesWithTheSameSum() {
        let whole = usage([.input: 100, .output: 20])
        let parts = usage([.input: 60, .cacheRead: 40, .output: 20, .reasoning: 5])
        #expect(whole.agrees(with: parts) && parts.agrees(with: whole))
        let fewer = usage([.input: 60, .cacheRead: 30, .output: 20])
        #expect(!whole.agrees(with: fewer) && !fewer.agrees(with: whole))
        #expect(!parts.agrees(with: usage([.input: 70, .cacheRead: 30, .output: 20])))
        #expect(!parts.agrees(with: usage([.input: 60, .cacheRead: 40, .output: 20, .reasoning: 6])))
    }

    @Test func whatOnlyOneStatesContradictsNothing() {
        let input = usage([.input: 100])
        #expect(input.agrees(with: usage([.input: 100, .output: 20, .requests: 1])))
        #expect(input.agrees(with: UsageBuckets()) && UsageBuckets().agrees(with: input))
        #expect(!usage([.images: 1]).agrees(with: usage([.images: 2])))
        #expect(usage([.images: 1]).agrees(with: usage([.megapixels: 2])))
        // Zero is stated.
        #expect(!usage([.output: 0]).agrees(with: usage([.output: 1])))
    }
}
