import TallyCore
import Testing

@testable import TallyMetering

struct InclusiveUsageTests {
    /// Law: whatever the parts, the classes are disjoint and add up to the totals.
    @Test func classesAddUpToTheTotals() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<5_000 {
            var usage = InclusiveUsage()
            let parts = (0..<6).map { _ in generator.chance(30) ? 0 : Int64.random(in: 0..<1000, using: &generator) }
            let input = parts.reduce(0, +)
            usage.input = input
            usage.cacheRead = parts[0]
            usage.cacheWrite5m = parts[1]
            usage.cacheWrite1h = parts[2]
            usage.cacheWrite = generator.chance(50) ? parts[1] + parts[2] + parts[3] : nil
            usage.inputAudio = parts[4]
            let output = Int64.random(in: 1..<1000, using: &generator)
            usage.output = output
            usage.reasoning = Int64.random(in: 0...output, using: &generator)
            let buckets = try #require(usage.buckets(writes: generator.pick([.cacheWrite5m, .cacheWrite30m])))
            #expect(buckets.inputTokens == input)
            #expect(buckets.quantity(.output) == output && buckets[.reasoning] == usage.reasoning)
            #expect(buckets.quantity(.cacheRead) == parts[0] && buckets.quantity(.inputAudio) == parts[4])
            #expect(buckets.quantity(.cacheWrite1h) == parts[2])
        }
    }

    @Test func contradictionsAreUnknown() {
        var usage = InclusiveUsage(input: 5)
        usage.inputAudio = 6
        #expect(usage.buckets(writes: .cacheWrite5m) == nil)
        usage = InclusiveUsage(output: 5)
        usage.outputAudio = 6
        #expect(usage.buckets(writes: .cacheWrite5m) == nil)
        #expect(InclusiveUsage().buckets(writes: .cacheWrite5m) == nil)
        #expect(InclusiveUsage(input: 0, output: 0).buckets(writes: .cacheWrite5m) == nil)
        let most = UsageBuckets.maximumQuantity
        usage = InclusiveUsage(output: most)
        usage.reasoning = most
        usage.total = 2 * most
        #expect(usage.buckets(writes: .cacheWrite5m) == nil)
    }

    @Test func reasoningOutsideTheOutputIsAddedToIt() {
        for total in [nil, 130] as [Int64?] {
            var usage = InclusiveUsage(input: 100, output: 10, total: total)
            usage.reasoning = 20
            #expect(usage.buckets(writes: .cacheWrite5m) == .of([.input: 100, .output: 30, .reasoning: 20]))
        }
    }

    @Test func extremesAreHeld() {
        let most = UsageBuckets.maximumQuantity
        let usage = InclusiveUsage(
            input: most, output: most, total: most, cacheRead: most, cacheWrite: most, cacheWrite5m: most,
            cacheWrite1h: most, inputAudio: most, outputAudio: most, reasoning: most)
        #expect(usage.buckets(writes: .cacheWrite5m) == nil)
    }
}
