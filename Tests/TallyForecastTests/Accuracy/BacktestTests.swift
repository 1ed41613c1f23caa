import TallyCore
import TallyForecast
import Testing

struct BacktestTests {
    @Test func aSteadySeriesIsForecastWithoutError() throws {
        let last = try Spend.day(2026, 6, 10)
        let series = try Spend.series(Array(repeating: 1000, count: 200), endingOn: last)
        let backtest = try #require(Forecaster().backtest(series, through: last))
        // December to May are whole; the first day is 2025-11-23, and of November the last origins are missing.
        #expect(backtest.months == 6 && backtest.forecasts == 24)
        #expect(backtest.error < 1e-9 && abs(backtest.bias) < 1e-9 && backtest.runRateError < 1e-9)
        #expect(backtest.coverage80 == 1 && backtest.coverage95 == 1)
        #expect(Forecaster().backtest(series, through: last, months: 2)?.forecasts == 8)
    }

    @Test func aWholeLastMonthIsTried() throws {
        let last = try Spend.day(2026, 5, 31)
        let series = try Spend.series(Array(repeating: 1000, count: 31), endingOn: last)
        let backtest = try #require(Forecaster().backtest(series, through: last))
        #expect(backtest.months == 1 && backtest.forecasts == 4)
    }

    @Test func nothingToCompareGivesNothing() throws {
        let last = try Spend.day(2026, 6, 10)
        #expect(try Forecaster().backtest(Spend.series([5, 5, 5], endingOn: last), through: last) == nil)
        let zeros = try Spend.series(Array(repeating: 0, count: 100), endingOn: last)
        #expect(Forecaster().backtest(zeros, through: last) == nil)
        var holes: [Int?] = Array(repeating: 100, count: 45)
        holes[20] = nil
        #expect(try Forecaster().backtest(Spend.series(holes, endingOn: last), through: last) == nil)
    }

    @Test func onlyWhatWasKnownThenIsUsed() throws {
        // The last month is ten times as expensive as anybody could know after its third day.
        let last = try Spend.day(2026, 5, 31)
        var days = Array(repeating: 100, count: 120)
        for place in (days.count - 28)..<days.count { days[place] = 1000 }
        let backtest = try #require(
            Forecaster().backtest(Spend.series(days, endingOn: last), through: last, months: 1))
        #expect(backtest.bias < -0.1 && backtest.error > 0.1)
        #expect(backtest.runRateBias < -0.1)
    }

    @Test func aSumIsTriedAsTheSumOfItsRows() throws {
        let last = try Spend.day(2026, 5, 31)
        let series = try (0..<4).map {
            try Spend.series(Spend.imagined(days: 80 + 60 * $0, seed: UInt64(40 + $0)), endingOn: last)
        }
        let sum = try Forecaster().backtest(series, through: last, months: 5)
        for (row, one) in zip(sum.rows, series) {
            #expect(row == Forecaster().backtest(one, through: last, months: 5))
        }
        // The sum of the misses of the rows is the miss of the sum, where all rows are forecast.
        let recent = try Forecaster().backtest(series, through: last, months: 2)
        let total = try #require(recent.total)
        #expect(total.months == 2 && total.forecasts == 8)
        var spent = 0.0
        var missed = 0.0
        for (row, one) in zip(recent.rows, series) {
            let actual = Spend.dollars(one.amounts.suffix(61).reduce(Money.zero) { $0 + ($1 ?? .zero) })
            spent += actual
            missed += (row?.bias ?? 0) * actual
        }
        #expect(abs(total.bias - missed / spent) < 1e-6)
        let none = try Forecaster().backtest([SpendSeries](), through: last)
        #expect(none.rows.isEmpty && none.total == nil)
    }

    /// The figures the service promises, on series that the constants were not found on.
    @Test func intervalsHoldTheirShareOfImaginedMonths() throws {
        let last = try Spend.day(2026, 5, 31)
        var forecasts = 0.0
        var within80 = 0.0
        var within95 = 0.0
        var error = 0.0
        var runRateError = 0.0
        for seed in 0..<150 {
            let days = Spend.imagined(days: [60, 95, 200, 400][seed % 4], seed: UInt64(1000 + seed))
            let series = try Spend.series(days, endingOn: last)
            let backtest = try #require(Forecaster().backtest(series, through: last, months: 2))
            let count = Double(backtest.forecasts)
            forecasts += count
            within80 += backtest.coverage80 * count
            within95 += backtest.coverage95 * count
            error += backtest.error
            runRateError += backtest.runRateError
        }
        #expect((0.75...0.92).contains(within80 / forecasts), "\(within80 / forecasts)")
        #expect((0.9...0.995).contains(within95 / forecasts), "\(within95 / forecasts)")
        #expect(error < 0.95 * runRateError, "\(error / runRateError)")
    }
}
