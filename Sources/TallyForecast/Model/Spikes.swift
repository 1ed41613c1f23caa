/// Cuts single days down that stand far above the rest, so that one batch job does not set the level for weeks.
///
/// Winsorising (Tukey 1962, "The Future of Data Analysis"): what exceeds 1.25 times the larger of the 90 % quantile of
/// the days with spend in the last 91 days and the median of the last 14 days is set to that. The median lets a new,
/// higher level through once it has lasted a week. With fewer than four days of spend nothing is cut.
enum Spikes {
    private static let quantileDays = 91
    private static let medianDays = 14
    private static let quantile = 0.9
    private static let factor = 1.25
    private static let leastDays = 4

    /// The values of a history without its spikes, upwards and downwards.
    static func cut(_ history: SpendHistory) -> [Double] {
        let sizes = recent(history, days: quantileDays).filter { $0 > 0 }
        guard sizes.count >= leastDays else { return history.values }
        var bound = sizes[min(sizes.count - 1, Int(quantile * Double(sizes.count)))]
        let last = recent(history, days: medianDays)
        if !last.isEmpty { bound = max(bound, last[last.count / 2]) }
        bound *= factor
        return history.values.map { min(max($0, -bound), bound) }
    }

    /// The sizes of the known ones of the last days, ascending.
    private static func recent(_ history: SpendHistory, days: Int) -> [Double] {
        (max(0, history.count - days)..<history.count).filter { history.isKnown[$0] }.map { abs(history.values[$0]) }
            .sorted()
    }
}
