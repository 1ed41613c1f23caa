import TallyCore
import Testing

/// I1: money is an exact integer of picodollars, from text and to text.
struct MoneyTests {
    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("27", 27_000_000_000_000), ("27.00", 27_000_000_000_000), ("+1.5", 1_500_000_000_000),
            ("0.000000375", 375_000), ("1e-07", 100_000), ("1E-12", 1), ("-0.000000000001", -1),
            ("0.0000000000010000", 1), ("1.2e3", 1_200_000_000_000_000), ("000001", 1_000_000_000_000),
        ] as [(String, Int128)])
    func readsDecimalTextExactly(_ text: String, _ picodollars: Int128) throws {
        let money = try Money(parsing: text)
        #expect(money.picodollars == picodollars)
    }

    @Test(
        arguments: [
            ("", .notANumber), (" 1", .notANumber), ("1 ", .notANumber), (".", .notANumber), (".5", .notANumber),
            ("1.", .notANumber), ("1.e2", .notANumber), ("1,5", .notANumber), ("1.5abc", .notANumber),
            ("$1", .notANumber),
            ("nan", .notANumber), ("inf", .notANumber), ("0x10", .notANumber), ("1_000", .notANumber),
            ("--1", .notANumber),
            ("\u{0661}", .notANumber), ("1e", .notANumber), ("1e+", .notANumber), ("1e+-5", .notANumber),
            ("1e1e1", .notANumber), ("1.5.5", .notANumber), ("1-", .notANumber),
            ("0.0000000000001", .tooPrecise), ("1e-13", .tooPrecise), ("0.1800000000000000001", .tooPrecise),
            ("1e60", .outOfRange), ("100000000000000000000000000", .outOfRange), ("-1e26", .outOfRange),
        ] as [(String, Money.ParseFailure)])
    func refusesWhatIsNoAmount(_ text: String, _ failure: Money.ParseFailure) {
        #expect(throws: failure) { try Money(parsing: text) }
    }

    @Test func readsTheLargestAmountAColumnHolds() throws {
        let text = "99999999999999999999999999.999999999999"
        let largest = try Money(parsing: text)
        #expect(largest == Money.maximum && largest.description == text)
        let smallest = try Money(parsing: "-" + text)
        #expect(smallest == Money.zero - Money.maximum)
        #expect(throws: Money.ParseFailure.outOfRange) { try Money(parsing: "100000000000000000000000000.00") }
    }

    @Test(
        arguments: [
            (0, "0.00"), (1, "0.000000000001"), (-1, "-0.000000000001"), (10_000_000_000, "0.01"),
            (1_000_000_000, "0.001"), (27_000_000_000_000, "27.00"), (-1_500_000_000_000, "-1.50"),
            (16_475_283_000_000, "16.475283"), (23_805_481_500_000, "23.8054815"),
            (Int128.max, "170141183460469231731687303.715884105727"),
            (Int128.min, "-170141183460469231731687303.715884105728"),
        ] as [(Int128, String)])
    func showsAtLeastTwoDecimalsAndNoFurtherZeros(_ picodollars: Int128, _ text: String) {
        #expect(Money(picodollars: picodollars).description == text)
    }

    @Test func everyAmountComesBackFromItsText() throws {
        let seed: UInt64 = 0x6d6f_6e65_7931
        var random = SeededGenerator(seed: seed)
        for _ in 0..<5_000 {
            // Every size, and every number of trailing zeros.
            let digits = Int.random(in: 0...38, using: &random)
            var value = Int128(Int64.random(in: -999_999_999...999_999_999, using: &random))
            while value != 0, String(value.magnitude).utf8.count < digits {
                value = value * 10 + (random.chance(50) ? 0 : Int128(Int.random(in: 0...9, using: &random)))
            }
            let money = Money(picodollars: value)
            let text = money.description
            let read = try Money(parsing: text)
            #expect(read == money, "seed \(seed), \(text)")
            let fraction = try #require(text.split(separator: ".").last)
            #expect(fraction.utf8.count >= 2, "seed \(seed), \(text)")
            #expect(fraction.utf8.count == 2 || !fraction.hasSuffix("0"), "seed \(seed), \(text)")
        }
    }

    @Test func addsSubtractsAndCompares() throws {
        let dime = Money(picodollars: 100_000_000_000)
        var sum = Money.zero
        for _ in 0..<10 { sum += dime }
        #expect(sum.description == "1.00")
        #expect((sum - dime - sum).description == "-0.10")
        #expect(dime < sum && !(sum < dime) && !(sum < sum))
    }

    @Test func anUnboundedSumSaysWhenItOverflows() {
        let most = Money(picodollars: .max)
        #expect(most.adding(Money(picodollars: 1)) == nil)
        #expect(Money(picodollars: .min).adding(Money(picodollars: -1)) == nil)
        #expect(most.adding(Money(picodollars: -1))?.picodollars == Int128.max - 1)
    }

    @Test func failuresReadOnBehindAFieldsName() {
        let texts = [Money.ParseFailure.notANumber, .tooPrecise, .outOfRange].map(\.description)
        #expect(
            texts == [
                "is not a decimal number", "has more than 12 decimals", "is larger than any amount Tally can store",
            ])
    }

    /// The bytes of an amount are those of its text, on both sides of 64 bits.
    @Test func appendsItsText() {
        var random = SeededGenerator(seed: 11)
        var amounts: [Int128] = [0, 1, -1, 10, 999_999_999_999, 1_000_000_000_000, 1_500_000_000_000, .max, .min]
        amounts += [Int128(UInt64.max), Int128(UInt64.max) + 1, -Int128(UInt64.max), 10_000_000_000, 12_340_000_000]
        for _ in 0..<2000 {
            let bits = Int.random(in: 1...100, using: &random)
            amounts.append(Int128.random(in: -(Int128(1) << bits)...(Int128(1) << bits), using: &random))
        }
        for picodollars in amounts {
            let money = Money(picodollars: picodollars)
            var bytes = Array("=".utf8)
            money.append(to: &bytes)
            #expect(String(decoding: bytes, as: UTF8.self) == "=\(money)", "seed 11")
        }
    }
}
