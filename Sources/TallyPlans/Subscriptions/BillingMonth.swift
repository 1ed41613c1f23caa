package import TallyCore

/// A calendar month in UTC: the period in which plans charge their fees and credits are given and lost.
package struct BillingMonth: Sendable, Hashable, Comparable {
    /// Its first day.
    package let firstDay: CivilDate

    /// The month a day lies in.
    package init(containing date: CivilDate) {
        firstDay = date.startOfMonth
    }

    /// How many days it has.
    package var days: Int { CivilDate.daysIn(month: firstDay.month, year: firstDay.year) }

    /// The first day of the month after it.
    package var end: CivilDate { firstDay.startOfNextMonth }

    /// Its first instant.
    package var start: Instant { firstDay.midnight }

    /// Whether a day lies in it.
    package func contains(_ date: CivilDate) -> Bool { date >= firstDay && date < end }

    /// Whether an instant lies in it.
    package func contains(_ instant: Instant) -> Bool { instant >= start && instant < end.midnight }

    /// The share of an amount a month that so many of its days cost, rounded half away from zero to a picodollar.
    func share(of amount: Money, days part: Int) -> Money {
        Money(picodollars: amount.picodollars.scaled(by: Int128(part), over: Int128(days)))
    }

    /// Whether one month is before another.
    package static func < (left: BillingMonth, right: BillingMonth) -> Bool { left.firstDay < right.firstDay }
}

extension BillingMonth: CustomStringConvertible {
    /// `2026-06`.
    package var description: String { String(firstDay.description.prefix(7)) }
}

extension CivilDate {
    /// Its first instant in UTC.
    package var midnight: Instant {
        Instant(microseconds: Int64(daysSinceEpoch) * Instant.microsecondsPerDay)
    }
}
