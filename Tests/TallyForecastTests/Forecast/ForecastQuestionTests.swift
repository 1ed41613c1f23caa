import TallyCore
import TallyForecast
import Testing

/// What can be asked besides a month and its last known day.
struct ForecastQuestionTests {
    private let steady: SpendSeries
    private let tenth: CivilDate

    init() throws {
        tenth = try Spend.day(2026, 6, 10)
        steady = try Spend.series(Array(repeating: 1000, count: 90), endingOn: tenth)
    }

    private func forecast(_ question: ForecastQuestion, _ series: SpendSeries? = nil) throws -> Forecast {
        try #require(Forecaster().forecast(series ?? steady, question).forecast)
    }

    @Test func theRestOfAPartialDayIsForecast() throws {
        let june = ForecastPeriod(monthOf: tenth)
        var days = Array(repeating: 1000, count: 90)
        days[89] = 300
        let series = try Spend.series(days, endingOn: tenth)
        let forecast = try forecast(ForecastQuestion(period: june, asOf: tenth, elapsed: 0.25), series)
        #expect(forecast.spent == Spend.cents(9300))
        #expect(forecast.days[9].expected == Spend.cents(750))
        #expect(forecast.total == Spend.cents(9300 + 750 + 20_000))
        // What is spent of the last day is spent, whatever of it is left.
        let last = ForecastQuestion(period: try #require(ForecastPeriod(first: june.first, last: tenth)), asOf: tenth)
        #expect(try self.forecast(last, series).method == .spent)
    }

    @Test func aMonthAheadIsWider() throws {
        let days = Spend.imagined(days: 200, seed: 12)
        let series = try Spend.series(days, endingOn: tenth)
        let periods = [9, 10, 12].map { month in
            ForecastPeriod(monthOf: CivilDate(year: 2026, month: month, day: 1) ?? tenth)
        }
        var width = Money.zero
        for period in periods.filter({ $0.last.day == 31 }) {
            let forecast = try forecast(ForecastQuestion(period: period, asOf: tenth), series)
            #expect(forecast.spent == .zero && forecast.days.count == 31)
            let interval = forecast.interval(0.8)
            #expect(interval.upperBound - interval.lowerBound > width)
            width = interval.upperBound - interval.lowerBound
        }
        let steady = try forecast(ForecastQuestion(period: ForecastPeriod(monthOf: Spend.day(2026, 7, 1)), asOf: tenth))
        #expect(steady.total == Spend.cents(31_000))
    }

    @Test func aMonthGoneByIsItsSpend() throws {
        let may = ForecastPeriod(monthOf: try Spend.day(2026, 5, 1))
        let forecast = try forecast(ForecastQuestion(period: may, asOf: tenth))
        #expect(forecast.method == .spent && forecast.total == Spend.cents(31_000))
        #expect(forecast.dayOfPassing(Spend.cents(5500))?.description == "2026-05-06")
        // However little is known of it.
        let two = try Spend.series([100, 200], endingOn: Spend.day(2026, 5, 31))
        let known = try #require(
            Forecaster().forecast(two, ForecastQuestion(period: may, asOf: Spend.day(2026, 5, 31))).forecast)
        #expect(known.total == Spend.cents(300))
    }

    @Test func spendThatIsStatedCountsBeforeTheSeries() throws {
        let question = ForecastQuestion(
            period: ForecastPeriod(monthOf: tenth), asOf: tenth,
            spent: try Spend.money("123.456789012345".dropLast(3).description))
        let forecast = try forecast(question)
        #expect(forecast.spent.description == "123.456789012")
        #expect(forecast.total.description == "323.456789012")
        #expect(forecast.dayOfPassing(Spend.cents(12_000)) == tenth)
        #expect(forecast.dayOfPassing(Spend.cents(13_000))?.description == "2026-06-11")
        #expect(forecast.dayOfPassing(Spend.cents(40_000)) == nil)
    }

    @Test func aBudgetIsPassedOnADay() throws {
        let forecast = try forecast(ForecastQuestion(period: ForecastPeriod(monthOf: tenth), asOf: tenth))
        #expect(forecast.dayOfPassing(Spend.cents(4999))?.description == "2026-06-05")
        #expect(forecast.dayOfPassing(Spend.cents(5000))?.description == "2026-06-06")
        #expect(forecast.dayOfPassing(Spend.cents(20_500))?.description == "2026-06-21")
        #expect(forecast.dayOfPassing(Spend.cents(30_000)) == nil)
        #expect(forecast.probability(ofPassing: Spend.cents(9999)) == 1)
        #expect(forecast.probability(ofPassing: Spend.cents(30_000)) == 0.5)
        let bound = forecast.interval(0.8).upperBound
        #expect(abs(forecast.probability(ofPassing: bound) - 0.1) < 1e-4)
    }

    @Test func amountsBeyondAllReasonAreNoTrap() throws {
        let most = Money.maximum
        let least = Money(picodollars: -most.picodollars)
        for spent in [most, least] {
            let question = ForecastQuestion(period: ForecastPeriod(monthOf: tenth), asOf: tenth, spent: spent)
            let forecast = try forecast(question)
            #expect(forecast.total == spent + Spend.cents(20_000))
            #expect(forecast.interval(0.95).contains(forecast.total))
            for budget in [most, .zero, least] {
                let chance = forecast.probability(ofPassing: budget)
                #expect((0...1).contains(chance))
                _ = forecast.dayOfPassing(budget)
            }
        }
    }

    @Test func periodsAreBounded() throws {
        #expect(ForecastPeriod(first: tenth, last: try Spend.day(2026, 6, 9)) == nil)
        #expect(ForecastPeriod(first: tenth, last: try Spend.day(2027, 6, 11)) == nil)
        #expect(ForecastPeriod(first: tenth, last: try Spend.day(2027, 6, 10)) != nil)
        let february = ForecastPeriod(monthOf: try Spend.day(2028, 2, 5))
        #expect(february.last.description == "2028-02-29")
    }
}
