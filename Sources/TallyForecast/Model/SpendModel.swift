/// What a history says of the days to come.
struct SpendModel {
    /// The spend of an average day.
    let level: Double
    /// How much of an average day each weekday spends.
    let profile: WeekdayProfile
    /// Whether earlier errors have set the weights of the methods.
    let isWeighted: Bool

    private let disagreement: Double
    private let windowError: Double
    private let windows: Double
    private let windowDays: Int
    private let noise: Double

    /// Windows at which the error seen counts as much as the prior.
    private static let windowsOfPrior = 3.0
    /// The prior: the error of a month as a share of its forecast.
    private static let priorError = 0.2
    /// How much the methods' disagreement counts.
    private static let disagreementWeight = 2.0
    private static let noiseDays = 56
    private static let noiseReach = 7

    /// Fits a model to a history that is not empty.
    ///
    /// - Parameters:
    ///   - history: The days known.
    ///   - horizon: How many days are to be forecast.
    init(_ history: SpendHistory, horizon: Int) {
        let values = Spikes.cut(history)
        profile = WeekdayProfile(history, values: values)
        let bank = LevelBank(history, values: values, profile: profile, horizon: horizon)
        let combination = bank.combined()
        level = combination.level
        isWeighted = combination.isWeighted
        disagreement = combination.disagreement
        windowError = combination.error
        windows = bank.windows
        windowDays = bank.windowDays
        noise = Self.noise(history, profile: profile)
    }

    /// The scale of the error of a sum of days: what the calibrated quantiles are multiples of.
    ///
    /// Three parts, as variances: the scatter of single days; the error of earlier windows as long, drawn towards a fifth
    /// of the forecast while there are few of them, which is what widens intervals of short histories; and twice the
    /// disagreement of the methods.
    ///
    /// - Parameters:
    ///   - days: How many days, parts of days included.
    ///   - shares: The sum of their weekday shares.
    /// - Returns: The scale, as an amount.
    func errorScale(days: Double, shares: Double) -> Double {
        let prior = Self.priorError * abs(level * shares)
        let seen = windowError * days / Double(windowDays)
        let error = (windows * seen + Self.windowsOfPrior * prior) / (windows + Self.windowsOfPrior)
        let doubt = disagreement * shares
        return (days * noise * noise + error * error + Self.disagreementWeight * doubt * doubt).squareRoot()
    }

    /// The standard deviation of the last eight weeks around the mean of the fifteen days about each, spikes included.
    private static func noise(_ history: SpendHistory, profile: WeekdayProfile) -> Double {
        let start = max(0, history.count - noiseDays)
        let places = (start..<history.count).filter { history.isKnown[$0] }
        let shares = (start..<history.count).map { profile.shares[history.weekday($0)] }
        var squares = 0.0
        for place in places {
            var spend = 0.0
            var weight = 0.0
            for near in max(start, place - noiseReach)...min(history.count - 1, place + noiseReach)
            where history.isKnown[near] {
                spend += history.values[near]
                weight += shares[near - start]
            }
            let residual = history.values[place] - spend / weight * shares[place - start]
            squares += residual * residual
        }
        return places.isEmpty ? 0 : (squares / Double(places.count)).squareRoot()
    }
}
