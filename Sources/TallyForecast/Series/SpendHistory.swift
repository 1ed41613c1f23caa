internal import TallyCore

/// The days a model is fitted to, as binary floats.
///
/// It begins with the first day on which something was spent, though with at least three days, and reaches back no
/// further than ``maximumDays``: older days would count for next to nothing.
struct SpendHistory {
    /// The spend of each day; zero where it is not known.
    let values: [Double]
    /// Which days are known.
    let isKnown: [Bool]
    /// How many days are known.
    let knownDays: Int
    /// The day after the last, as days since 1970-01-01.
    let end: Int
    /// Whether a day has more credits than spend.
    let hasCredits: Bool

    /// Days fitted to at most, three years.
    static let maximumDays = 1_096
    /// Known days below which nothing is forecast.
    static let minimumDays = 3

    /// The days of a series before another.
    init(_ series: SpendSeries, before end: Int) {
        let first = series.firstDay.daysSinceEpoch
        let count = max(0, min(series.amounts.count, end - first))
        // Days that the series does not reach to are unknown.
        let missing = series.amounts.isEmpty ? 0 : max(0, end - first - count)
        let window = series.amounts[max(0, count - max(0, Self.maximumDays - missing))..<count]
        let known = window.count { $0 != nil }
        var spare = max(0, known - Self.minimumDays)
        let lead = window.prefix { amount in
            guard let amount else { return true }
            guard spare > 0, amount == .zero else { return false }
            spare -= 1
            return true
        }
        let days = window.dropFirst(lead.count)
        values = days.map { $0?.estimate ?? 0 } + [Double](repeating: 0, count: days.isEmpty ? 0 : missing)
        isKnown = days.map { $0 != nil } + [Bool](repeating: false, count: days.isEmpty ? 0 : missing)
        knownDays = days.count { $0 != nil }
        self.end = end
        hasCredits = values.contains { $0 < 0 }
    }

    /// The days.
    var count: Int { values.count }

    /// The weekday of a day by its place, from 0 to 6.
    func weekday(_ place: Int) -> Int { Self.weekday(end - count + place) }

    /// The weekday of a day by its number since 1970-01-01, from 0 to 6.
    static func weekday(_ day: Int) -> Int {
        let remainder = day % 7
        return remainder < 0 ? remainder + 7 : remainder
    }
}
