import TallyCore
import TallyForecast
import Testing

/// What holds for every series.
struct ForecastPropertyTests {
    /// Lengths from the least to years, with the day of the month they end on.
    private static let cases: [(days: Int, seed: UInt64)] = (0..<120).map { place in
        ([3, 4, 6, 7, 9, 13, 20, 35, 60, 100, 200, 500][place % 12], UInt64(place))
    }

    private func last(_ seed: UInt64) throws -> CivilDate {
        CivilDate(daysSinceEpoch: try Spend.day(2026, 2, 1).daysSinceEpoch + Int(seed % 89))
    }

    @Test(arguments: cases)
    func theForecastIsNoLessThanWhatIsSpent(_ days: Int, _ seed: UInt64) throws {
        let forecast = try Spend.forecast(Spend.imagined(days: days, seed: seed), endingOn: last(seed))
        #expect(forecast.total >= forecast.spent)
        #expect(forecast.interval(0.999).lowerBound >= forecast.spent)
        #expect(forecast.days.reduce(Money.zero) { $0 + $1.total } == forecast.total)
        #expect(forecast.days.reduce(Money.zero) { $0 + $1.spent } == forecast.spent)
    }

    @Test(arguments: cases)
    func intervalsAreNestedAndHoldTheForecast(_ days: Int, _ seed: UInt64) throws {
        let forecast = try Spend.forecast(Spend.imagined(days: days, seed: seed), endingOn: last(seed))
        #expect(forecast.quantile(0.5) == forecast.total)
        var inner = forecast.total...forecast.total
        for coverage in [0.1, 0.5, 0.8, 0.9, 0.95, 0.99] {
            let interval = forecast.interval(coverage)
            #expect(interval.lowerBound <= inner.lowerBound && interval.upperBound >= inner.upperBound)
            inner = interval
        }
    }

    @Test(arguments: cases, [2, 1000])
    func scalingTheSeriesScalesTheForecast(_ series: (days: Int, seed: UInt64), _ factor: Int) throws {
        let days = Spend.imagined(days: series.days, seed: series.seed)
        let plain = try Spend.forecast(days, endingOn: last(series.seed))
        let scaled = try Spend.forecast(days.map { $0 * factor }, endingOn: last(series.seed))
        func check(_ amount: Money, _ scaledAmount: Money) {
            let expected = Spend.dollars(amount) * Double(factor)
            // Each of up to thirty days is rounded to the millionth.
            let tolerance = 31e-6 * Double(factor) + 1e-9 * abs(expected)
            #expect(abs(Spend.dollars(scaledAmount) - expected) <= tolerance)
        }
        check(plain.total, scaled.total)
        for coverage in [0.8, 0.95] {
            check(plain.interval(coverage).lowerBound, scaled.interval(coverage).lowerBound)
            check(plain.interval(coverage).upperBound, scaled.interval(coverage).upperBound)
        }
        let budget = Spend.cents(Int(Spend.dollars(plain.total) * 110))
        let scaledBudget = Money(picodollars: budget.picodollars * Int128(factor))
        let chances = [plain.probability(ofPassing: budget), scaled.probability(ofPassing: scaledBudget)]
        #expect(abs(chances[0] - chances[1]) < 1e-3)
    }

    @Test(arguments: cases)
    func theLastDayForecastsItself(_ days: Int, _ seed: UInt64) throws {
        let spend = Spend.imagined(days: days, seed: seed)
        let last = ForecastPeriod(monthOf: try last(seed)).last
        let forecast = try Spend.forecast(spend, endingOn: last)
        #expect(forecast.method == .spent)
        #expect(forecast.total == Spend.cents(spend.suffix(last.day).reduce(0, +)))
        #expect(forecast.interval(0.95) == forecast.total...forecast.total)
        #expect(forecast.probability(ofPassing: forecast.total) == 0)
        #expect(forecast.probability(ofPassing: forecast.total - Spend.cents(1)) == 1)
    }

    @Test(arguments: cases)
    func theChanceOfPassingFallsAsTheBudgetRises(_ days: Int, _ seed: UInt64) throws {
        let forecast = try Spend.forecast(Spend.imagined(days: days, seed: seed), endingOn: last(seed))
        var previous = 1.0
        for step in 0...20 {
            let budget = Money(picodollars: forecast.total.picodollars * Int128(step) / 10)
            let chance = forecast.probability(ofPassing: budget)
            #expect((0...previous).contains(chance))
            #expect((forecast.dayOfPassing(budget) != nil) == (forecast.total > budget))
            previous = chance
        }
    }

    @Test func theSameInputGivesTheSameForecast() throws {
        let days = Spend.imagined(days: 200, seed: 1)
        let first = try Spend.forecast(days, endingOn: last(1))
        for _ in 0..<5 { #expect(try Spend.forecast(days, endingOn: last(1)) == first) }
    }
}
