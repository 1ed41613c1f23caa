import TallyCore
import Testing

struct CivilDateTests {
    @Test func everyDayOfFiveCenturiesFollowsTheOneBefore() throws {
        var expected = try #require(CivilDate(year: 1700, month: 1, day: 1))
        let first = expected.daysSinceEpoch
        let last = try #require(CivilDate(year: 2200, month: 12, day: 31)).daysSinceEpoch
        for days in first...last {
            let date = CivilDate(daysSinceEpoch: days)
            if date != expected || date.daysSinceEpoch != days {
                Issue.record("day \(days) is \(date), not \(expected)")
                return
            }
            // The calendar by its own rules, one day at a time.
            let isLastOfMonth = date.day == CivilDate.daysIn(month: date.month, year: date.year)
            let next =
                if !isLastOfMonth {
                    CivilDate(year: date.year, month: date.month, day: date.day + 1)
                } else if date.month == 12 { CivilDate(year: date.year + 1, month: 1, day: 1) } else {
                    CivilDate(year: date.year, month: date.month + 1, day: 1)
                }
            expected = try #require(next)
        }
    }

    @Test func theEpochIsDayZero() {
        #expect(CivilDate(year: 1970, month: 1, day: 1)?.daysSinceEpoch == 0)
        #expect(CivilDate(year: 1969, month: 12, day: 31)?.daysSinceEpoch == -1)
        #expect(CivilDate(year: 2000, month: 3, day: 1)?.daysSinceEpoch == 11_017)
        #expect(CivilDate(year: 0, month: 1, day: 1)?.daysSinceEpoch == -719_528)
    }

    @Test(arguments: [
        (2024, 2, 29, true), (2023, 2, 29, false), (2000, 2, 29, true), (1900, 2, 29, false), (2100, 2, 29, false),
        (2026, 4, 31, false), (2026, 12, 31, true), (2026, 0, 1, false), (2026, 13, 1, false), (2026, 1, 0, false),
        (2026, 1, 32, false), (-1, 1, 1, false), (10_000, 1, 1, false), (9999, 12, 31, true), (0, 1, 1, true),
    ])
    func onlyDatesThatExist(_ year: Int, _ month: Int, _ day: Int, _ exists: Bool) {
        #expect((CivilDate(year: year, month: month, day: day) != nil) == exists)
    }

    @Test(arguments: [
        ("2024-02-29", "2024-02-01", "2024-03-01"), ("2026-12-31", "2026-12-01", "2027-01-01"),
        ("2026-01-01", "2026-01-01", "2026-02-01"),
    ])
    func monthsBeginAndEnd(_ text: String, _ start: String, _ next: String) throws {
        #expect(try date(text).startOfMonth.description == start)
        #expect(try date(text).startOfNextMonth.description == next)
    }

    @Test func showsFourDigitsOfTheYearAndSortsByTime() throws {
        #expect(CivilDate(year: 33, month: 4, day: 3)?.description == "0033-04-03")
        #expect(try date("2026-01-31") < date("2026-02-01"))
        #expect(try date("2025-12-31") < date("2026-01-01"))
        #expect(try date("2024-02-28").next.description == "2024-02-29")
        #expect(try date("2023-02-28").next.description == "2023-03-01")
    }
}
