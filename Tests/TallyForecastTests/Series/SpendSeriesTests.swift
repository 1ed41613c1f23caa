import TallyCore
import TallyForecast
import Testing

struct SpendSeriesTests {
    @Test func amountsOfOneDayAddUpInAnyOrder() throws {
        let series = try SpendSeries(
            [
                (day: Spend.day(2026, 6, 3), amount: Spend.money("0.000000000001")),
                (day: Spend.day(2026, 6, 1), amount: Spend.money("5")),
                (day: Spend.day(2026, 6, 3), amount: Spend.money("2")),
            ], through: Spend.day(2026, 6, 4))
        #expect(series.firstDay.description == "2026-06-01")
        #expect(series.amounts == [try Spend.money("5"), .zero, try Spend.money("2.000000000001"), .zero])
    }

    @Test func aDayIsUnknownWhenAPartOfItIs() throws {
        let day = try Spend.day(2026, 6, 1)
        for entries in [[Money?.none, Spend.cents(5)], [Spend.cents(5), nil]] {
            let series = try SpendSeries(entries.map { (day: day, amount: $0) }, through: day)
            #expect(series.amounts == [nil])
            #expect(series[day] == .unknown)
        }
    }

    @Test func daysAfterTheLastAreLeftOut() throws {
        let first = try Spend.day(2026, 6, 1)
        let later = try Spend.day(2027, 1, 1)
        let series = try SpendSeries(
            [(day: first, amount: Spend.cents(1)), (day: later, amount: Spend.cents(99))], through: first)
        #expect(series.amounts == [Spend.cents(1)])
        #expect(series[later] == .unknown)
        #expect(try SpendSeries([(day: later, amount: Spend.cents(99))], through: first).amounts.isEmpty)
    }

    @Test func nothingWasSpentBeforeTheFirstDay() throws {
        let series = try Spend.series([100], endingOn: Spend.day(2026, 6, 5))
        #expect(series[try Spend.day(2026, 6, 4)] == .known(.zero))
        #expect(series.lastDay == (try Spend.day(2026, 6, 5)))
    }

    @Test func aCenturyIsKept() throws {
        let entries = [(day: try Spend.day(1900, 1, 1), amount: Money?.some(Spend.cents(1)))]
        #expect(try SpendSeries(entries, through: Spend.day(2026, 6, 1)).amounts.isEmpty)
        let long = try SpendSeries(
            firstDay: Spend.day(1900, 1, 1), amounts: Array(repeating: Spend.cents(1), count: 40_000))
        #expect(long.amounts.count == SpendSeries.maximumDays)
        #expect(long.lastDay.daysSinceEpoch == (try Spend.day(1900, 1, 1)).daysSinceEpoch + 39_999)
    }

    @Test func amountsBeyondAnyBillAreRefused() throws {
        let day = try Spend.day(2026, 6, 1)
        #expect(throws: SpendSeriesError.tooLarge(day)) {
            try SpendSeries(firstDay: day, amounts: [Money.maximum])
        }
        let entries = [(day: day, amount: Money?.some(SpendSeries.largestAmount))]
        #expect(throws: SpendSeriesError.tooLarge(day)) { try SpendSeries(entries + entries, through: day) }
    }

    @Test func aSumHasTheDaysOfAll() throws {
        let last = try Spend.day(2026, 6, 5)
        let sum = try SpendSeries.sum([
            Spend.series([1, 2, 3], endingOn: last), Spend.series([10, nil], endingOn: last),
            SpendSeries(firstDay: last, amounts: []),
        ])
        #expect(sum?.amounts == [Spend.cents(1), Spend.cents(12), nil])
        let nothing = try SpendSeries.sum([])
        #expect(nothing == nil)
    }

    @Test func aSumKnowsNothingBehindTheEndOfOne() throws {
        let first = try Spend.day(2026, 6, 1)
        let sum = try SpendSeries.sum([
            SpendSeries(firstDay: first, amounts: [Spend.cents(1)]),
            SpendSeries(firstDay: first, amounts: [Spend.cents(1), Spend.cents(1)]),
        ])
        #expect(sum?.amounts == [Spend.cents(2), nil])
    }
}
