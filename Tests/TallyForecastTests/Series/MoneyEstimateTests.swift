import TallyCore
import Testing

@testable import TallyForecast

struct MoneyEstimateTests {
    @Test(arguments: [
        (0.0, "0.00"), (1.2345678, "1.234568"), (0.000_000_5, "0.000001"), (-0.000_000_5, "-0.000001"),
        (0.000_000_4, "0.00"), (123_456_789.25, "123456789.25"), (1e15, "1000000000000000.00"), (.nan, "0.00"),
    ])
    func anEstimateIsRoundedToTheMillionth(_ estimate: Double, _ amount: String) throws {
        #expect(Money(estimate: estimate).description == amount)
    }

    @Test func whatIsBeyondAllAmountsIsTheLargest() {
        #expect(Money(estimate: .infinity) == .maximum)
        #expect(Money(estimate: 1e300) == .maximum)
        #expect(Money(estimate: -1e27).picodollars == -Money.maximum.picodollars)
    }

    @Test func anAmountGoesThereAndBack() throws {
        for text in ["0.01", "19.99", "123456.789012", "-5.5", "1000000000000.000001"] {
            let amount = try Money(parsing: text)
            let back = Money(estimate: amount.estimate)
            #expect(abs((back - amount).picodollars) <= 200_000_000)
        }
    }
}
