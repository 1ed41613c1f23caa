internal import TallyCore

/// Forecasts the total of a month from daily spend, with intervals that hold what they promise.
///
/// A pure function of its input: no clock, no randomness, the same answer every time. A forecast looks at three years at
/// most and costs some hundred microseconds. The forecast is what is spent plus, for every day to come, a daily level
/// times the share of its weekday; the level is a combination of simple methods, weighted by the errors each would have
/// made on this very series. The interval is that of the total itself, never a sum of daily bounds (FPP3 13.5,
/// "Prediction intervals for aggregates"). The article "Forecasting the month" has every formula and constant.
public struct Forecaster: Sendable {
    /// The quantiles of the error, in multiples of its scale.
    public let calibration: Calibration

    /// A forecaster with a calibration.
    public init(calibration: Calibration = .published) {
        self.calibration = calibration
    }

    /// Forecasts the total of a period.
    ///
    /// - Parameters:
    ///   - series: The spend of each day; days after the question's `asOf` are not looked at.
    ///   - question: What is to be forecast.
    /// - Returns: The forecast; what is spent alone when fewer than three days are known and some are to come.
    public func forecast(_ series: SpendSeries, _ question: ForecastQuestion) -> ForecastOutcome {
        let plan = DayPlan(series, question)
        let history = SpendHistory(series, before: question.end)
        let hasCredits = history.hasCredits || plan.hasCredits
        guard plan.openDays > 0 else {
            return .forecast(
                Forecast(
                    question, spent: plan.spent, days: plan.days { _, _ in .zero }, method: .spent,
                    historyDays: history.knownDays, errorScale: 0, hasCredits: hasCredits, calibration: calibration))
        }
        guard history.knownDays >= SpendHistory.minimumDays else {
            return .notEnoughData(spent: plan.spent, historyDays: history.knownDays)
        }
        // The days until a period that is still ahead make it less certain: the error is that of all of them, of which
        // the period has its share as if days were independent, which is the cautious way to split it.
        let reach = Double(plan.leadDays) + plan.openDays
        let model = SpendModel(history, horizon: max(1, Int(reach.rounded())))
        let shares = plan.openShares(model.profile)
        let scale = model.errorScale(days: reach, shares: shares * reach / plan.openDays)
        return .forecast(
            Forecast(
                question, spent: plan.spent,
                days: plan.days { day, share in Money(estimate: model.level * model.profile.share(of: day) * share) },
                method: model.isWeighted ? .weightedLevels : .equalLevels, historyDays: history.knownDays,
                errorScale: scale * (plan.openDays / reach).squareRoot(), hasCredits: hasCredits,
                calibration: calibration))
    }
}
