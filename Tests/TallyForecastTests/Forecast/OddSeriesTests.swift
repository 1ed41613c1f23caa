import TallyCore
import TallyForecast
import Testing

/// Series that are not as series should be: every one has an answer that makes sense.
struct OddSeriesTests {
    private let tenth: CivilDate
    /// How many days of June are left after the tenth.
    private static let left = 20

    init() throws { tenth = try Spend.day(2026, 6, 10) }

    @Test func aConstantSeriesGoesOn() throws {
        var width = Spend.cents(15_000)
        // The longer it has been constant, the surer it is.
        for days in [10, 30, 90, 400] {
            let forecast = try Spend.forecast(Array(repeating: 500, count: days), endingOn: tenth)
            #expect(forecast.spent == Spend.cents(5000))
            #expect(forecast.total == Spend.cents(15_000))
            let interval = forecast.interval(0.95)
            #expect(interval.contains(forecast.total))
            #expect(interval.upperBound - interval.lowerBound < width)
            width = interval.upperBound - interval.lowerBound
        }
        #expect(width < Spend.cents(3000))
    }

    @Test func nothingSpentStaysNothing() throws {
        let forecast = try Spend.forecast(Array(repeating: 0, count: 40), endingOn: tenth)
        #expect(forecast.total == .zero)
        #expect(forecast.interval(0.95) == .zero ... .zero)
        #expect(forecast.probability(ofPassing: Spend.cents(1)) == 0)
        #expect(forecast.dayOfPassing(Spend.cents(1)) == nil)
    }

    @Test func oneOrTwoDaysAreNotEnough() throws {
        let question = ForecastQuestion(period: ForecastPeriod(monthOf: tenth), asOf: tenth)
        for count in 0...2 {
            let series = try Spend.series(Array(repeating: 700, count: count), endingOn: tenth)
            #expect(
                Forecaster().forecast(series, question)
                    == .notEnoughData(spent: Spend.cents(700 * count), historyDays: count))
        }
        // Unknown days are no history.
        let unknown = try Spend.series([100, nil, nil, nil, 200], endingOn: tenth)
        #expect(
            Forecaster().forecast(unknown, question) == .notEnoughData(spent: Spend.cents(300), historyDays: 2))
        #expect(try Spend.forecast([100, nil, 50, nil, 200], endingOn: tenth).historyDays == 3)
    }

    @Test func threeDaysAreEnoughAndUncertain() throws {
        let short = try Spend.forecast([100, 120, 110], endingOn: tenth)
        #expect(short.method == .equalLevels && short.historyDays == 3)
        #expect(short.total > Spend.cents(2000) && short.total < Spend.cents(3000))
        let long = try Spend.forecast((0..<120).map { 100 + 10 * ($0 % 3) }, endingOn: tenth)
        let widths = [short, long].map { $0.interval(0.8).upperBound - $0.interval(0.8).lowerBound }
        #expect(widths[0] > widths[1])
    }

    @Test func aProjectOfOneDayFadesOut() throws {
        let forecast = try Spend.forecast([90_000] + Array(repeating: 0, count: 60), endingOn: tenth)
        #expect(forecast.spent == .zero)
        #expect(forecast.total < Spend.cents(90_000))
    }

    @Test func leadingZerosAreNoHistory() throws {
        let begun = try Spend.forecast([100, 140, 90, 110, 120], endingOn: tenth)
        let padded = try Spend.forecast(Array(repeating: 0, count: 300) + [100, 140, 90, 110, 120], endingOn: tenth)
        #expect(padded.total == begun.total && padded.historyDays == 5)
    }

    @Test func oneSpikeDoesNotSetTheLevel() throws {
        var days: [Int?] = Array(repeating: 1000, count: 60)
        days[55] = 1_000_000
        let forecast = try Spend.forecast(days, endingOn: tenth)
        // The spike is spent and stays so; the rest goes on as before, a quarter more at most.
        #expect(forecast.spent == Spend.cents(9 * 1000 + 1_000_000))
        let rest = forecast.total - forecast.spent
        #expect(rest > Spend.cents(18_000) && rest < Spend.cents(25_000))
    }

    @Test func weekdaysAreKept() throws {
        // 2026-06-10 is a Wednesday; nothing is spent at weekends.
        let days = (0..<70).map { place in [0, 1].contains((69 - place + 3) % 7) ? 0 : 1000 }
        let series = try Spend.series(days, endingOn: tenth)
        let weekend = (0..<70).filter { days[$0] == 0 }.map { series.firstDay.daysSinceEpoch + $0 }
        let forecast = try Spend.forecast(days, endingOn: tenth)
        for day in forecast.days {
            guard let expected = day.expected else { continue }
            let isWeekend = weekend.contains { ($0 - day.day.daysSinceEpoch) % 7 == 0 }
            if isWeekend {
                #expect(expected < Spend.cents(200), "\(day)")
            } else {
                #expect(expected > Spend.cents(850) && expected < Spend.cents(1150), "\(day)")
            }
        }
    }

    @Test func aSeriesThatExplodesIsFollowedAndStaysFinite() throws {
        let days = (0..<100).map { Int(min(1e15, 100 * Double(1 << min($0, 44)))) }
        let forecast = try Spend.forecast(days, endingOn: tenth)
        let last = Spend.dollars(Spend.cents(days[99]))
        #expect(Spend.dollars(forecast.total - forecast.spent) > 0.5 * last * Double(Self.left))
        #expect(forecast.interval(0.95).upperBound < SpendSeries.largestAmount)
        let doubled = try Spend.forecast((0..<30).map { 1 << $0 }, endingOn: tenth)
        #expect(doubled.total > doubled.spent)
    }

    @Test func aSeriesThatVanishesIsFollowed() throws {
        let days = Array(repeating: 5000, count: 60) + Array(repeating: 0, count: 40)
        let forecast = try Spend.forecast(days, endingOn: tenth)
        #expect(forecast.spent == .zero)
        #expect(forecast.total < Spend.cents(5000 * Self.left / 5))
        #expect(forecast.interval(0.95).lowerBound == .zero)
    }

    @Test func creditsMayOutweighSpend() throws {
        let credits = try Spend.forecast(Array(repeating: -100, count: 60), endingOn: tenth)
        #expect(credits.total == Spend.cents(-3000))
        #expect(credits.interval(0.8).lowerBound < credits.total)
        let mixed = try Spend.forecast((0..<60).map { $0 % 10 == 9 ? -800 : 100 }, endingOn: tenth)
        #expect(mixed.interval(0.8).lowerBound < mixed.spent)
        // What is spent above a budget may come back.
        #expect(mixed.probability(ofPassing: mixed.spent - Spend.cents(1)) < 1)
    }

    @Test func unknownDaysAreForecastAndNotZero() throws {
        var days: [Int?] = Array(repeating: 1000, count: 60)
        for place in 52..<56 { days[place] = nil }
        let forecast = try Spend.forecast(days, endingOn: tenth)
        #expect(forecast.spent == Spend.cents(6000))
        #expect(forecast.total == Spend.cents(30_000))
        #expect(forecast.days[1].spent == Spend.cents(1000) && forecast.days[1].expected == nil)
        #expect(forecast.days[2].spent == .zero && forecast.days[5].expected == Spend.cents(1000))
    }

    @Test func daysTheSeriesDoesNotReachAreUnknown() throws {
        let series = try Spend.series(Array(repeating: 1000, count: 60), endingOn: Spend.day(2026, 6, 6))
        let question = ForecastQuestion(period: ForecastPeriod(monthOf: tenth), asOf: tenth)
        let forecast = try #require(Forecaster().forecast(series, question).forecast)
        #expect(forecast.spent == Spend.cents(6000) && forecast.total == Spend.cents(30_000))
        // A series that ended long ago says nothing of today.
        let stale = try Spend.series(Array(repeating: 1000, count: 60), endingOn: Spend.day(2020, 6, 6))
        #expect(Forecaster().forecast(stale, question) == .notEnoughData(spent: .zero, historyDays: 0))
    }

    @Test func daysAfterTheKnownOnesAreNotLookedAt() throws {
        let days = Spend.imagined(days: 120, seed: 3)
        let series = try Spend.series(days, endingOn: tenth)
        let asOf = CivilDate(daysSinceEpoch: tenth.daysSinceEpoch - 5)
        let question = ForecastQuestion(period: ForecastPeriod(monthOf: asOf), asOf: asOf)
        let known = try Spend.series(days.dropLast(5), endingOn: asOf)
        #expect(Forecaster().forecast(series, question) == Forecaster().forecast(known, question))
    }

    @Test func tenYearsAreLikeTheLastThree() throws {
        let days = Spend.imagined(days: 3650, seed: 8)
        let long = try Spend.forecast(days, endingOn: tenth)
        let recent = try Spend.forecast(days.suffix(1096), endingOn: tenth)
        #expect(long == recent)
        #expect(long.historyDays <= 1096)
    }
}
