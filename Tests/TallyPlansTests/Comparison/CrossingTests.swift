import Testing

@testable import TallyPlans

struct CrossingTests {
    /// A function that is linear between its bends and may jump at them.
    private struct Pieces {
        let starts: [Int128]
        let values: [Int128]
        let slopes: [Int128]

        init(_ random: inout SeededGenerator) {
            let count = Int.random(in: 1...6, using: &random)
            starts = [0] + (1..<count).map { _ in Int128(Int.random(in: 1...200, using: &random)) }.sorted()
            values = starts.map { _ in Int128(Int.random(in: -40...400, using: &random)) }
            slopes = starts.map { _ in Int128(Int.random(in: -9...5, using: &random)) }
        }

        func callAsFunction(_ x: Int128) -> Int128 {
            let index = starts.lastIndex { $0 <= x } ?? 0
            return values[index] + slopes[index] * (x - starts[index])
        }
    }

    @Test(arguments: UInt64(1)...300)
    func findsWhatTryingEveryNumberFinds(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pieces = Pieces(&random)
        let tried = (Int128(0)...300).first { pieces($0) <= 0 }
        #expect(Crossing.first(bends: pieces.starts, limit: 300) { pieces($0) } == tried)
    }

    @Test func looksAsFarAsTheLimit() {
        #expect(Crossing.first(bends: [], limit: 10) { 10 - $0 } == 10)
        #expect(Crossing.first(bends: [], limit: 9) { 10 - $0 } == nil)
        let far = Int128(1) << 100
        #expect(Crossing.first(bends: [], limit: far) { far - 1 - $0 } == far - 1)
    }
}
