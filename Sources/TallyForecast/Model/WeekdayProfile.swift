internal import TallyCore

/// How much of an average day each weekday spends, 1 on average.
///
/// Ratios to the mean, as in classical decomposition (Hyndman and Athanasopoulos, "Forecasting: Principles and Practice",
/// 3rd ed., 3.4), with weeks discounted by 0.9 and each ratio shrunk towards 1 as if one more average week had been seen.
/// Under a week of history, and for series whose credits and spend nearly cancel out, every day is average.
struct WeekdayProfile {
    /// The share of each weekday, by ``SpendHistory/weekday(_:)-(Int)``.
    private(set) var shares = [Double](repeating: 1, count: 7)

    private static let windowDays = 182
    private static let weeklyDiscount = 0.9
    private static let averageWeeks = 1.0
    /// Keeps a weekday without spend from counting for nothing.
    private static let smallestShare = 0.02
    /// The least share of spend that credits may leave.
    private static let leastNetShare = 0.5

    /// The profile of a history.
    ///
    /// - Parameters:
    ///   - history: Its days.
    ///   - values: Their spend, without spikes.
    init(_ history: SpendHistory, values: [Double]) {
        guard history.count >= 7 else { return }
        var sums = [Double](repeating: 0, count: 7)
        var counts = sums
        var gross = 0.0
        var weight = 1.0
        let dailyDiscount = Self.dailyDiscount
        for place in stride(from: history.count - 1, through: max(0, history.count - Self.windowDays), by: -1) {
            if history.isKnown[place] {
                let weekday = history.weekday(place)
                sums[weekday] += weight * values[place]
                counts[weekday] += weight
                gross += weight * abs(values[place])
            }
            weight *= dailyDiscount
        }
        let total = sums.reduce(0, +)
        guard total > 0, total >= Self.leastNetShare * gross else { return }
        let mean = total / counts.reduce(0, +)
        let ratios = (0..<7).map { (sums[$0] / mean + Self.averageWeeks) / (counts[$0] + Self.averageWeeks) }
        let scale = 7 / ratios.reduce(0, +)
        shares = ratios.map { max($0 * scale, Self.smallestShare) }
    }

    /// The share of a day by its number since 1970-01-01.
    func share(of day: Int) -> Double { shares[SpendHistory.weekday(day)] }

    /// 0.9 to the power of a seventh.
    private static let dailyDiscount = 0.985_061_205_441_115_5
}
