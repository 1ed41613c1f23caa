public import TallyCore

/// The days whose total is asked for, mostly a calendar month.
public struct ForecastPeriod: Sendable, Hashable {
    /// The first day.
    public let first: CivilDate
    /// The last day.
    public let last: CivilDate

    /// The most days of a period.
    public static let maximumDays = 366

    /// The days from one to another, both included; `nil` when there is none, or more than ``maximumDays``.
    public init?(first: CivilDate, last: CivilDate) {
        guard first <= last, last.daysSinceEpoch - first.daysSinceEpoch < Self.maximumDays else { return nil }
        self.first = first
        self.last = last
    }

    /// The calendar month a day lies in.
    public init(monthOf day: CivilDate) {
        first = day.startOfMonth
        last = CivilDate(daysSinceEpoch: day.startOfNextMonth.daysSinceEpoch - 1)
    }
}
