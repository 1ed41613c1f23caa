#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The daily level of a series as eight simple methods see it, and how well each would have forecast the series so far.
///
/// Seven of them are exponentially discounted means of spend per average day (discounted least squares, Brown 1963,
/// "Smoothing, Forecasting and Prediction of Discrete Time Series"; started as the plain mean, which is simple
/// exponential smoothing without its arbitrary first level, FPP3 8.1), with memories of a day and a half to a hundred
/// days. The memories grow with the share of days without spend, as an intermittent project tells less a day (compare
/// Croston 1972). The eighth adds half the difference between a short and a long memory: a damped trend (Gardner and
/// McKenzie 1985) half way through the month.
struct LevelBank {
    /// The level each method sees after the last day.
    let levels: [Double]
    /// The mean absolute error of each over the windows forecast from earlier days (rolling origin, FPP3 5.10).
    let errors: [Double]
    /// How many windows that do not overlap the errors are worth.
    let windows: Double
    /// Days of a window.
    let windowDays: Int

    /// The discounts for a series with spend every day.
    static let discounts = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64]
    /// The methods of short and long memory that make the trend, and how much of it is carried on.
    private static let trend = (short: 4, long: 2, share: 0.5)
    /// Days before the first origin.
    private static let firstOrigin = 6
    /// How much less the window of the day before counts.
    private static let windowDiscount = 0.995
    private static let densityDays = 182

    /// Runs the methods over a history, which must not be empty.
    ///
    /// - Parameters:
    ///   - history: Its days.
    ///   - values: Their spend, without spikes.
    ///   - profile: Its weekdays.
    ///   - horizon: How many days are to be forecast; windows are as long, where a quarter of the history allows it.
    init(_ history: SpendHistory, values: [Double], profile: WeekdayProfile, horizon: Int) {
        let count = history.count
        let days = max(3, min(horizon, count / 4))
        let start = history.end - count
        let shares = (0..<count).map { history.isKnown[$0] ? profile.share(of: start + $0) : 0 }
        let actual = Self.runningSums(values)
        let expected = Self.runningSums(shares)
        let origins = Self.firstOrigin..<max(Self.firstOrigin, count - days)
        let density = Self.density(history)

        var levels: [[Double]] = Self.discounts.map { discount in
            let kept = 1 - discount * density
            var sum = 0.0
            var weight = 0.0
            return (0..<count).map { place in
                if history.isKnown[place] {
                    sum = sum * kept + values[place]
                    weight = weight * kept + shares[place]
                }
                return weight > 0 ? sum / weight : 0
            }
        }
        let isPositive = !history.hasCredits
        levels.append(
            zip(levels[Self.trend.short], levels[Self.trend.long]).map { short, long in
                let level = short + Self.trend.share * (short - long)
                return isPositive ? max(0, level) : level
            })

        var errors = [Double](repeating: 0, count: levels.count)
        var weights = 0.0
        var weight = 1.0
        for origin in origins.reversed() {
            let spend = actual[origin + 1 + days] - actual[origin + 1]
            let share = expected[origin + 1 + days] - expected[origin + 1]
            for method in errors.indices { errors[method] += weight * abs(spend - levels[method][origin] * share) }
            weights += weight
            weight *= Self.windowDiscount
        }
        self.levels = levels.map { $0.last ?? 0 }
        self.errors = weights > 0 ? errors.map { $0 / weights } : errors
        windows = weights / Double(days)
        windowDays = days
    }

    private static func runningSums(_ values: [Double]) -> [Double] {
        var sums = [0.0]
        sums.reserveCapacity(values.count + 1)
        for value in values { sums.append(sums[sums.count - 1] + value) }
        return sums
    }

    /// The share of days with spend, of the last half year.
    private static func density(_ history: SpendHistory) -> Double {
        let recent = max(0, history.count - densityDays)..<history.count
        let spent = recent.count { history.values[$0] != 0 }
        let known = recent.count { history.isKnown[$0] }
        return Double(spent + 1) / Double(known + 1)
    }
}

extension LevelBank {
    /// The level the methods agree on.
    struct Combination {
        /// The weighted mean of the levels.
        let level: Double
        /// The weighted standard deviation of the levels: how much the methods disagree.
        let disagreement: Double
        /// The weighted mean of the errors.
        let error: Double
        /// Whether earlier windows have set the weights; else all count the same.
        let isWeighted: Bool
    }

    /// How sharply a larger error lowers a weight.
    private static let sharpness = 6.0
    /// Windows at which weights go half of the way from equal ones.
    private static let windowsOfDoubt = 3.0

    /// Combines the methods, each with the weight exp(-6 c (e / mean e - 1)) of its error e, where c = n / (n + 3) for n
    /// windows.
    ///
    /// The combination of simple methods is what did best in the M4 competition (Makridakis, Spiliotis and
    /// Assimakopoulos 2020, International Journal of Forecasting 36); weights drawn towards equal ones is what Diebold
    /// and Pauly 1990 advise (ibid. 6).
    func combined() -> Combination {
        let mean = errors.reduce(0, +) / Double(errors.count)
        let isWeighted = windows > 0 && mean > 0
        let confidence = windows / (windows + Self.windowsOfDoubt)
        let weights = errors.map { isWeighted ? exp(-Self.sharpness * confidence * ($0 / mean - 1)) : 1 }
        let sum = weights.reduce(0, +)
        func average(_ values: [Double]) -> Double { zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } / sum }
        let level = average(levels)
        let variance = average(levels.map { ($0 - level) * ($0 - level) })
        return Combination(
            level: level, disagreement: variance.squareRoot(), error: average(errors), isWeighted: isWeighted)
    }
}
