import TallyCore
import TallyForecast
import TallyTestSupport
import Testing

/// Short ways to write days, amounts and series.
enum Spend {
    static func day(_ year: Int, _ month: Int, _ day: Int) throws -> CivilDate {
        try #require(CivilDate(year: year, month: month, day: day))
    }

    static func money(_ text: String) throws -> Money { try Money(parsing: text) }

    /// Whole cents.
    static func cents(_ cents: Int) -> Money { Money(picodollars: Int128(cents) * 10_000_000_000) }

    /// An amount in dollars, to compare estimates with.
    static func dollars(_ amount: Money) -> Double { Double(amount.picodollars) / 1e12 }

    /// A series that ends on a day, from amounts in cents; `nil` is not known.
    static func series(_ cents: [Int?], endingOn last: CivilDate) throws -> SpendSeries {
        try SpendSeries(
            firstDay: CivilDate(daysSinceEpoch: last.daysSinceEpoch - cents.count + 1),
            amounts: cents.map { $0.map(Self.cents) })
    }

    /// The forecast of the month a series ends in.
    static func forecast(_ cents: [Int?], endingOn last: CivilDate) throws -> Forecast {
        let question = ForecastQuestion(period: ForecastPeriod(monthOf: last), asOf: last)
        return try #require(Forecaster().forecast(series(cents, endingOn: last), question).forecast)
    }

    /// A series as a project might have it: a level that now and then shifts, weekends, idle days and spikes.
    static func imagined(days: Int, seed: UInt64) -> [Int] {
        var random = SplitMix64(seed: seed)
        func share() -> Double { Double.random(in: 0..<1, using: &random) }
        var level = 10 + 10_000 * share()
        let weekend = share()
        let idle = share() < 0.3 ? 0.6 * share() : 0
        let scatter = 0.05 + 0.6 * share()
        return (0..<days).map { place in
            if share() < 0.01 { level *= 0.4 + 1.6 * share() }
            if share() < idle { return 0 }
            var spend = level * (1 + scatter * (2 * share() - 1))
            if place % 7 > 4 { spend *= weekend }
            if share() < 0.01 { spend *= 5 }
            return Int(spend)
        }
    }
}
