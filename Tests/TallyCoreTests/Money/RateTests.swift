import TallyCore
import Testing

/// I1: a cost is the exact quotient, rounded half away from zero to a picodollar, once.
struct RateTests {
    private func rate(_ picodollars: Int128, per: Int64) throws -> Rate {
        try #require(Rate(amount: Money(picodollars: picodollars), per: per))
    }

    @Test(
        arguments: [
            // amount in picodollars, batch, quantity, cost in picodollars
            (1, 2, 1, 1), (1, 2, 3, 2), (1, 3, 1, 0), (2, 3, 1, 1), (1, 3, 2, 1), (3, 2, 1, 2), (5, 10, 1, 1),
            (4, 10, 1, 0),
            (0, 7, 1_000, 0), (7, 7, 0, 0), (499_999, 1_000_000, 1, 0), (500_000, 1_000_000, 1, 1),
            (900_000_000_000, 1_000_000, 30_000_000, 27_000_000_000_000),
        ] as [(Int128, Int64, Int64, Int128)])
    func roundsHalfAwayFromZero(_ amount: Int128, _ per: Int64, _ quantity: Int64, _ cost: Int128) throws {
        #expect(try rate(amount, per: per).cost(of: quantity, storedPerUnit: 1).picodollars == cost)
    }

    @Test func countsFractionsInStoredUnits() throws {
        // $0.000012 a second, 1.5 seconds.
        let second = try rate(12_000_000, per: 1)
        #expect(second.cost(of: 1_500_000, storedPerUnit: 1_000_000).description == "0.000018")
        // A millionth of a second still rounds, once.
        #expect(second.cost(of: 1, storedPerUnit: 1_000_000).picodollars == 12)
    }

    @Test func refusesWhatIsNoRate() {
        #expect(Rate(amount: Money(picodollars: -1), per: 1) == nil)
        #expect(Rate(amount: .zero, per: 0) == nil)
        #expect(Rate(amount: .zero, per: -1) == nil)
        #expect(Rate(amount: Rate.maximumAmount, per: 1) != nil)
        #expect(Rate(amount: Rate.maximumAmount + Money(picodollars: 1), per: 1) == nil)
    }

    @Test func theLargestRateTimesTheLargestQuantityFits() throws {
        let largest = try #require(Rate(amount: Rate.maximumAmount, per: 1))
        let cost = largest.cost(of: UsageBuckets.maximumQuantity, storedPerUnit: 1)
        #expect(cost.picodollars == 1_000_000_000_000_000_000_000_000_000_000)
    }

    @Test func agreesWithLongDivisionByHand() throws {
        let seed: UInt64 = 0x7261_7465
        var random = SeededGenerator(seed: seed)
        for round in 0..<3_000 {
            let amount = Int128(Int64.random(in: 0...(1 << Int64.random(in: 1...59, using: &random)), using: &random))
            let per = Int64.random(in: 1...(1 << Int64.random(in: 1...40, using: &random)), using: &random)
            let quantity = min(
                Int64.random(in: 0...(1 << Int64.random(in: 1...40, using: &random)), using: &random),
                UsageBuckets.maximumQuantity)
            let stored: Int64 = random.chance(50) ? 1 : 1_000_000
            let product = Digits(UInt64(amount)).times(UInt64(quantity))
            let expected = product.roundedQuotient(by: UInt128(per) * UInt128(stored))
            let cost = try rate(amount, per: per).cost(of: quantity, storedPerUnit: stored)
            #expect(
                String(cost.picodollars) == expected,
                "seed \(seed), round \(round): \(amount) × \(quantity) ÷ \(per) ÷ \(stored)")
        }
    }
}

/// A whole number as decimal digits, highest first: slow, and plain enough to be believed.
private struct Digits {
    private var digits: [UInt8]

    init(_ value: UInt64) {
        digits = String(value).utf8.map { $0 - UInt8(ascii: "0") }
    }

    /// The product, digit by digit.
    func times(_ factor: UInt64) -> Digits {
        var product = self
        var carry: UInt128 = 0
        for index in product.digits.indices.reversed() {
            let sum = UInt128(product.digits[index]) * UInt128(factor) + carry
            product.digits[index] = UInt8(sum % 10)
            carry = sum / 10
        }
        while carry > 0 {
            product.digits.insert(UInt8(carry % 10), at: 0)
            carry /= 10
        }
        return product
    }

    /// The quotient by long division, one more where the remainder is at least half.
    func roundedQuotient(by divisor: UInt128) -> String {
        var quotient: [UInt8] = []
        var remainder: UInt128 = 0
        for digit in digits {
            remainder = remainder * 10 + UInt128(digit)
            quotient.append(UInt8(remainder / divisor))
            remainder %= divisor
        }
        if remainder * 2 >= divisor {
            var index = quotient.count - 1
            while index >= 0, quotient[index] == 9 {
                quotient[index] = 0
                index -= 1
            }
            if index >= 0 { quotient[index] += 1 } else { quotient.insert(1, at: 0) }
        }
        let text = quotient.drop { $0 == 0 }.map(String.init).joined()
        return text.isEmpty ? "0" : text
    }
}
