import TallyCore
import TallyTestSupport
import Testing

@testable import TallyForecast

/// The parts a forecast is made of, against what can be worked out by hand.
struct SpendModelTests {
    private let end: Int

    init() throws { end = try Spend.day(2026, 6, 11).daysSinceEpoch }

    private func history(_ cents: [Int?]) throws -> SpendHistory {
        SpendHistory(try Spend.series(cents, endingOn: CivilDate(daysSinceEpoch: end - 1)), before: end)
    }

    private func bank(_ history: SpendHistory, horizon: Int = 20) -> LevelBank {
        let values = Spikes.cut(history)
        let profile = WeekdayProfile(history, values: values)
        return LevelBank(history, values: values, profile: profile, horizon: horizon)
    }

    /// Cents around 1000 that have nothing to do with each other.
    private func scatter(_ days: Int, seed: UInt64) -> [Int] {
        var random = SplitMix64(seed: seed)
        return (0..<days).map { _ in Int.random(in: 500..<1500, using: &random) }
    }

    @Test func historyBeginsWithTheFirstSpend() throws {
        let history = try history([nil, 0, 0, 100, nil, 200, 0])
        #expect(history.values == [1, 0, 2, 0])
        #expect(history.isKnown == [true, false, true, true])
        #expect(history.knownDays == 3 && !history.hasCredits)
        // Three known days are kept, though nothing was spent on them.
        #expect(try self.history([0, 0, 0, 0, 500]).values == [0, 0, 5])
        #expect(try self.history([100, -1, 0]).hasCredits)
    }

    @Test func aSpikeIsCutToAQuarterAboveTheRest() throws {
        var days: [Int?] = Array(repeating: 1000, count: 50)
        days[40] = 90_000
        let cut = Spikes.cut(try history(days))
        #expect(cut[40] == 12.5 && cut[39] == 10)
        days[40] = -90_000
        #expect(Spikes.cut(try history(days))[40] == -12.5)
        // With three days of spend nobody knows what is usual.
        #expect(Spikes.cut(try history([100, 0, 100, 0, 90_000])) == [1, 0, 1, 0, 900])
    }

    @Test func aLevelThatLastsIsNotCut() throws {
        let cut = Spikes.cut(try history(Array(repeating: 1000, count: 80) + Array(repeating: 5000, count: 8)))
        #expect(cut.suffix(8) == Array(repeating: 50, count: 8)[...])
    }

    @Test func weekdaysAreSharesOfTheMean() throws {
        // Two weeks of 7, 0, 7, 7, 7, 7, 7 dollars: a mean of 6, weeks of weight 1 and about 0.9.
        let days = (0..<14).map { $0 % 7 == 1 ? 0 : 700 }
        let history = try history(days)
        let profile = WeekdayProfile(history, values: history.values)
        #expect(abs(profile.shares.reduce(0, +) - 7) < 1e-9)
        let idle = profile.shares[history.weekday(1)]
        // Seen 5 and 12 days ago and shrunk by one average week: 1 / (0.93 + 0.83 + 1), then a mean of 1 again.
        #expect(abs(idle - 0.363) < 0.001)
        #expect(profile.shares.filter { $0 > 1.05 && $0 < 1.2 }.count == 6)
        let week = try self.history([100, 900, 100, 100, 100, 100])
        #expect(WeekdayProfile(week, values: week.values).shares == Array(repeating: 1, count: 7))
    }

    @Test func weekdaysOfCreditsAndSpendThatCancelOutAreEqual() throws {
        let history = try history((0..<28).map { $0 % 2 == 0 ? 1000 : -990 })
        #expect(WeekdayProfile(history, values: history.values).shares == Array(repeating: 1, count: 7))
    }

    @Test func aSteadySeriesHasOneLevelAndNoError() throws {
        let combination = bank(try history(Array(repeating: 300, count: 60))).combined()
        #expect(abs(combination.level - 3) < 1e-9)
        #expect(combination.disagreement < 1e-9 && combination.error < 1e-9)
    }

    @Test func weightsFollowWhatWouldHaveBeenRight() throws {
        // A level that moves every month is best seen with a short memory, pure scatter with a long one.
        let moving = (0..<240).map { 1000 + 700 * (($0 / 30) % 3) }
        let movingBank = bank(try history(moving), horizon: 10)
        #expect(movingBank.errors[4] < movingBank.errors[0])
        let scatter = scatter(240, seed: 5)
        let scatterBank = bank(try history(scatter), horizon: 10)
        #expect(scatterBank.errors[0] < scatterBank.errors[6])
        for bank in [movingBank, scatterBank] {
            let equal = bank.errors.reduce(0, +) / Double(bank.errors.count)
            #expect(bank.combined().error < equal)
        }
    }

    @Test func withoutAWindowAllLevelsCountTheSame() throws {
        let bank = bank(try history([100, 500, 300]))
        let combination = bank.combined()
        #expect(bank.windows == 0 && !combination.isWeighted)
        #expect(abs(combination.level - bank.levels.reduce(0, +) / 8) < 1e-12)
    }

    @Test func theErrorGrowsWithTheDaysAndShrinksWithTheHistory() throws {
        let days = scatter(300, seed: 9)
        let model = SpendModel(try history(days), horizon: 20)
        #expect(model.errorScale(days: 20, shares: 20) > model.errorScale(days: 5, shares: 5))
        let young = SpendModel(try history(days.suffix(12)), horizon: 20)
        #expect(young.errorScale(days: 20, shares: 20) > model.errorScale(days: 20, shares: 20))
    }
}
