/// How a forecast was made.
public enum ForecastMethod: String, Sendable, CaseIterable {
    /// Eight levels of different memory, weighted by the errors each would have made on the series so far.
    case weightedLevels = "weighted-levels"
    /// The same levels with equal weights, while the history is too short to tell them apart or none made an error.
    case equalLevels = "equal-levels"
    /// The sum of the forecasts of several series.
    case sumOfRows = "sum-of-rows"
    /// Nothing is left to forecast: the period is over.
    case spent
}
