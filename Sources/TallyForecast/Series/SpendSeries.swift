public import TallyCore

/// What was spent on each of some days that follow one another.
///
/// Amounts are exact. A day without an amount is unknown, which is not the same as a day on which nothing was spent
/// (invariant I6): it is left out of the statistics, and forecast if it lies in the month asked about.
public struct SpendSeries: Sendable, Equatable {
    /// The first day.
    public let firstDay: CivilDate
    /// The spend of each day from the first on; `nil` is not known.
    public let amounts: [Money?]

    /// The largest spend or credit of one day, a quadrillion: far beyond any bill, and sums of it stay in range.
    public static let largestAmount = Money(picodollars: 1_000_000_000_000_000_000_000_000_000)

    /// The most days kept, a hundred years; earlier ones are dropped.
    public static let maximumDays = 36_525

    /// A series of a first day and the days after it.
    ///
    /// - Parameters:
    ///   - firstDay: The day of the first amount.
    ///   - amounts: The spend of each day; `nil` is not known.
    /// - Throws: ``SpendSeriesError`` when an amount is larger than ``largestAmount``.
    public init(firstDay: CivilDate, amounts: [Money?]) throws(SpendSeriesError) {
        for (place, amount) in amounts.enumerated() {
            guard let amount, amount.picodollars.magnitude > Self.largestAmount.picodollars.magnitude else { continue }
            throw .tooLarge(CivilDate(daysSinceEpoch: firstDay.daysSinceEpoch + place))
        }
        let dropped = max(0, amounts.count - Self.maximumDays)
        self.init(
            checkedFirstDay: CivilDate(daysSinceEpoch: firstDay.daysSinceEpoch + dropped),
            amounts: Array(amounts.dropFirst(dropped)))
    }

    /// A series of dated amounts in any order.
    ///
    /// Amounts of one day add up, and are unknown together when one of them is. Days between that have no amount count
    /// as days on which nothing was spent, up to the last day asked for; amounts after it are left out.
    ///
    /// - Parameters:
    ///   - entries: Days with what was spent on them; `nil` is not known.
    ///   - lastDay: The last day of the series.
    /// - Throws: ``SpendSeriesError`` when a day's amount is larger than ``largestAmount``.
    public init(
        _ entries: some Sequence<(day: CivilDate, amount: Money?)>, through lastDay: CivilDate
    ) throws(SpendSeriesError) {
        let end = lastDay.daysSinceEpoch
        let earliest = end - Self.maximumDays + 1
        var sums: [Int: Money?] = [:]
        for (day, amount) in entries {
            let number = day.daysSinceEpoch
            guard (earliest...end).contains(number) else { continue }
            guard let amount else {
                sums.updateValue(nil, forKey: number)
                continue
            }
            switch sums[number] {
            case .none: sums[number] = amount
            case .some(.none): break
            case .some(.some(let sum)):
                guard let sum = sum.adding(amount) else { throw .tooLarge(day) }
                sums[number] = sum
            }
        }
        let start = sums.keys.min() ?? end + 1
        try self.init(
            firstDay: CivilDate(daysSinceEpoch: start),
            amounts: (start..<max(start, end + 1)).map { number in
                switch sums[number] {
                case .none: .zero
                case .some(let amount): amount
                }
            })
    }

    init(checkedFirstDay firstDay: CivilDate, amounts: [Money?]) {
        self.firstDay = firstDay
        self.amounts = amounts
    }

    /// The last day; the day before the first when there is none.
    public var lastDay: CivilDate { CivilDate(daysSinceEpoch: firstDay.daysSinceEpoch + amounts.count - 1) }

    /// What is said of a day.
    public subscript(day: CivilDate) -> SpendOfDay {
        let place = day.daysSinceEpoch - firstDay.daysSinceEpoch
        guard amounts.indices.contains(place) else { return place < 0 ? .known(.zero) : .unknown }
        return amounts[place].map(SpendOfDay.known) ?? .unknown
    }

    /// What is known of a day's spend.
    public enum SpendOfDay: Sendable, Equatable {
        /// This much was spent; nothing before the series begins.
        case known(Money)
        /// Nobody said, or the day is after the series.
        case unknown
    }
}

extension SpendSeries {
    /// The day by day sum of several series; a day that one of them does not know is unknown.
    ///
    /// Nothing was spent in a series before it begins, and nothing is known after it ends: the sum ends with the last.
    public static func sum(_ series: [SpendSeries]) throws(SpendSeriesError) -> SpendSeries? {
        let filled = series.filter { !$0.amounts.isEmpty }
        guard let first = filled.map(\.firstDay).min(), let last = filled.map(\.lastDay).max() else { return nil }
        var sums = [Money?](repeating: .zero, count: last.daysSinceEpoch - first.daysSinceEpoch + 1)
        for one in filled {
            let shift = one.firstDay.daysSinceEpoch - first.daysSinceEpoch
            for (place, amount) in one.amounts.enumerated() {
                guard let sum = sums[shift + place] else { continue }
                guard let amount else {
                    sums[shift + place] = nil
                    continue
                }
                guard let next = sum.adding(amount) else {
                    throw .tooLarge(CivilDate(daysSinceEpoch: first.daysSinceEpoch + shift + place))
                }
                sums[shift + place] = next
            }
            for place in (shift + one.amounts.count)..<max(sums.count, shift + one.amounts.count) { sums[place] = nil }
        }
        return try SpendSeries(firstDay: first, amounts: sums)
    }
}
