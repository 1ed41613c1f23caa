internal import TallyCore

/// Forecasts of past months of one series, and what came of them: the sums a backtest is made of.
struct Trials {
    private let series: SpendSeries
    private var months: Set<ForecastPeriod> = []
    private var forecasts = 0
    private var total = 0.0
    private var error = 0.0
    private var bias = 0.0
    private var runRateError = 0.0
    private var runRateBias = 0.0
    private var within80 = 0
    private var within95 = 0

    init(_ series: SpendSeries) { self.series = series }

    /// Compares a forecast with what the series has for its month, unless a day of that is unknown.
    mutating func add(_ outcome: ForecastOutcome) {
        guard let forecast = outcome.forecast, forecast.method != .spent else { return }
        let question = forecast.question
        guard question.asOf >= series.firstDay, let actual = series.total(of: question.period) else { return }
        // A project that begins within the month is run on at the rate of the days it has had.
        let begun = max(question.period.first, series.firstDay).daysSinceEpoch
        let gone = Double(question.asOf.daysSinceEpoch - begun + 1)
        let left = Double(question.period.last.daysSinceEpoch - question.asOf.daysSinceEpoch)
        let miss = (forecast.total - actual).estimate
        let runRateMiss = forecast.spent.estimate * (1 + left / gone) - actual.estimate
        months.insert(question.period)
        forecasts += 1
        total += abs(actual.estimate)
        error += abs(miss)
        bias += miss
        runRateError += abs(runRateMiss)
        runRateBias += runRateMiss
        if forecast.interval(0.8).contains(actual) { within80 += 1 }
        if forecast.interval(0.95).contains(actual) { within95 += 1 }
    }

    /// The accuracy so far; `nil` when there is nothing to measure it by.
    var result: Backtest? {
        guard forecasts > 0, total > 0 else { return nil }
        return Backtest(
            months: months.count, forecasts: forecasts, error: error / total, bias: bias / total,
            coverage80: Double(within80) / Double(forecasts), coverage95: Double(within95) / Double(forecasts),
            runRateError: runRateError / total, runRateBias: runRateBias / total)
    }
}

extension SpendSeries {
    /// What was spent in a period; `nil` when a day of it is unknown.
    fileprivate func total(of period: ForecastPeriod) -> Money? {
        var total = Money.zero
        for day in period.first.daysSinceEpoch...period.last.daysSinceEpoch {
            guard case .known(let amount) = self[CivilDate(daysSinceEpoch: day)] else { return nil }
            total += amount
        }
        return total
    }
}
