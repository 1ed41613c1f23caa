import TallyCore
import TallyForecast
import Testing

/// Several projects and their total.
struct ForecastSumTests {
    private let tenth: CivilDate
    private let question: ForecastQuestion

    init() throws {
        tenth = try Spend.day(2026, 6, 10)
        question = ForecastQuestion(period: ForecastPeriod(monthOf: tenth), asOf: tenth)
    }

    @Test func theTotalIsTheSumOfTheRows() throws {
        let series = try (0..<12).map {
            try Spend.series(Spend.imagined(days: 30 + 20 * $0, seed: UInt64($0)), endingOn: tenth)
        }
        let sum = try Forecaster().forecast(series, question)
        let total = try #require(sum.total.forecast)
        let rows = sum.rows.compactMap(\.forecast)
        #expect(rows.count == 12 && sum.unforecastRows == 0)
        #expect(total.total == rows.reduce(Money.zero) { $0 + $1.total })
        #expect(total.spent == rows.reduce(Money.zero) { $0 + $1.spent })
        #expect(total.method == .sumOfRows)
        for coverage in [0.8, 0.95] {
            // Errors cancel out in part: the interval is narrower than that of bounds added up.
            let added = rows.map { $0.interval(coverage) }
            let interval = total.interval(coverage)
            #expect(interval.contains(total.total))
            #expect(interval.lowerBound > added.reduce(Money.zero) { $0 + $1.lowerBound })
            #expect(interval.upperBound < added.reduce(Money.zero) { $0 + $1.upperBound })
        }
    }

    @Test func theTotalOfOneRowIsThatRow() throws {
        let series = try Spend.series(Spend.imagined(days: 90, seed: 5), endingOn: tenth)
        let sum = try Forecaster().forecast([series], question)
        let row = try #require(sum.rows[0].forecast)
        let total = try #require(sum.total.forecast)
        #expect(total.total == row.total && total.interval(0.95) == row.interval(0.95))
    }

    @Test func aRowWithTooLittleDataCountsWithItsSpend() throws {
        let series = try [
            Spend.series(Array(repeating: 1000, count: 60), endingOn: tenth),
            Spend.series([500, 500], endingOn: tenth),
        ]
        let sum = try Forecaster().forecast(series, question)
        #expect(sum.rows[1] == .notEnoughData(spent: Spend.cents(1000), historyDays: 2))
        #expect(sum.unforecastRows == 1)
        #expect(sum.total.forecast?.total == Spend.cents(31_000))
    }

    @Test func nothingKnownGivesNoTotal() throws {
        let none = try Forecaster().forecast([SpendSeries](), question)
        #expect(none.total == .notEnoughData(spent: .zero, historyDays: 0))
        let young = try Forecaster().forecast([Spend.series([500], endingOn: tenth)], question)
        #expect(young.total == .notEnoughData(spent: Spend.cents(500), historyDays: 1))
    }

    @Test func aMonthGoneByIsTheSumOfItsSpend() throws {
        let asOf = try Spend.day(2026, 6, 30)
        let series = try [
            Spend.series(Array(repeating: 100, count: 60), endingOn: asOf), Spend.series([700], endingOn: asOf),
        ]
        let sum = try Forecaster().forecast(
            series, ForecastQuestion(period: ForecastPeriod(monthOf: asOf), asOf: asOf))
        #expect(sum.total.forecast?.total == Spend.cents(3700) && sum.total.forecast?.method == .spent)
    }
}
