import TallyCore
import Testing

struct DecimalTextTests {
    @Test(
        arguments: [
            ("12.50", 1250, 2), ("-3", -3, 0), ("+3", 3, 0), ("1e3", 1, -3), ("1.25e1", 125, 1), ("1.25E+1", 125, 1),
            ("5e-3", 5, 3), ("0.0", 0, 1), ("0012", 12, 0), ("1e60", 1, -60), ("1e00000000000000060", 1, -60),
        ] as [(String, Int128, Int)])
    func keepsTheDigitsAndWhereThePointStands(_ text: String, _ unscaled: Int128, _ scale: Int) throws {
        let decimal = try #require(DecimalText(text))
        #expect(decimal.unscaled == unscaled)
        #expect(decimal.scale == scale)
    }

    @Test func boundsDigitsAndExponents() {
        let most = String(repeating: "9", count: DecimalText.maximumDigits)
        #expect(DecimalText(most) != nil)
        #expect(DecimalText(most + "9") == nil)
        #expect(DecimalText("0." + most) != nil)
        #expect(DecimalText("0." + most + "0") == nil)
        // Zeros in front are no digits of the number.
        #expect(DecimalText(String(repeating: "0", count: 1000) + "1")?.unscaled == 1)
        #expect(DecimalText("1e\(DecimalText.maximumExponent + 1)") == nil)
        #expect(DecimalText("1e-\(DecimalText.maximumExponent + 1)") == nil)
        #expect(DecimalText("1e99999999999999999999999999") == nil)
    }

    @Test(
        arguments: [
            ("1.5", 0, .failure(.tooPrecise)), ("1.50", 1, .success(15)), ("1.0000000", 6, .success(1_000_000)),
            ("1e3", 0, .success(1000)), ("0e60", 12, .success(0)), ("1e60", 0, .failure(.outOfRange)),
            ("-2.5", 2, .success(-250)), ("100000000000000000000", 0, .success(100_000_000_000_000_000_000)),
            ("99999999999999999999999999999999999999", 1, .failure(.outOfRange)),
        ] as [(String, Int, Result<Int128, DecimalText.Failure>)])
    func rescalesExactlyOrSaysWhyNot(_ text: String, _ places: Int, _ expected: Result<Int128, DecimalText.Failure>)
        throws
    {
        let decimal = try #require(DecimalText(text))
        #expect(decimal.rescaled(to: places) == expected)
    }

    @Test(
        arguments: [("1.99", 0, 1), ("-1.99", 0, -1), ("812.7", 0, 812), ("1e-60", 9, 0), ("2e3", 1, 20_000)]
            as [(String, Int, Int128)])
    func truncatesTowardsZero(_ text: String, _ places: Int, _ expected: Int128) throws {
        let decimal = try #require(DecimalText(text))
        #expect(decimal.truncated(to: places) == .success(expected))
    }

    @Test func aNumberOfAMillionDecimalsIsReadInBoundedSteps() throws {
        let decimal = try #require(DecimalText("0." + String(repeating: "0", count: 1_000_000) + "1"))
        #expect(decimal.rescaled(to: 12) == .failure(.tooPrecise))
        #expect(decimal.truncated(to: 12) == .success(0))
    }
}
