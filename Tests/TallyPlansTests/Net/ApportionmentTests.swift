import TallyCore
import TallyPlans
import Testing

struct ApportionmentTests {
    private func split(_ amount: Int128, _ weights: [String: Int128]) -> [String: Int128] {
        Apportionment.split(Money(picodollars: amount), by: weights.mapValues(Money.init(picodollars:)))
            .mapValues(\.picodollars)
    }

    @Test func givesTheRestToTheLargestRemainders() {
        #expect(split(10, ["a": 1, "b": 1, "c": 1]) == ["a": 4, "b": 3, "c": 3])
        #expect(split(10, ["a": 1, "b": 2, "c": 4]) == ["a": 1, "b": 3, "c": 6])
        #expect(split(2, ["a": 1, "b": 1, "c": 1]) == ["a": 1, "b": 1, "c": 0])
        #expect(split(5, ["a": 0, "b": 3]) == ["b": 5])
        #expect(split(5, ["a": 0]).isEmpty && split(0, ["a": 1]).isEmpty)
    }

    @Test func staysExactWhereAProductLeaves128Bits() {
        let most = BillingLimits.maximumSpend.picodollars
        let parts = split(most, ["a": most, "b": most - 1, "c": 1])
        #expect(parts.values.reduce(0, +) == most)
        // B and c would have a half more each; the first has it.
        #expect(parts == ["a": most / 2, "b": most / 2, "c": 0])
    }

    @Test(arguments: UInt64(1)...50)
    func sumsAndStaysWithinAPicodollarOfTheShare(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let keys = (0..<Int.random(in: 1...40, using: &random)).map { "k\($0)" }
        let weights = Dictionary(
            uniqueKeysWithValues: keys.map { ($0, Int128(Int64.random(in: 0...1_000_000, using: &random))) })
        let amount = Int128(Int64.random(in: 0...1_000_000_000, using: &random))
        let total = weights.values.reduce(0, +)
        let parts = split(amount, weights)
        if total > 0 { #expect(parts.values.reduce(0, +) == amount) }
        for (key, part) in parts {
            let exact = amount * (weights[key] ?? 0)
            #expect(part == exact / total || part == (exact + total - 1) / total)
        }
    }
}
