public import TallyCore

/// The answer to a question: a forecast, or that there is not enough to make one of.
public enum ForecastOutcome: Sendable, Equatable {
    /// A forecast.
    case forecast(Forecast)
    /// Fewer than three days are known; what was spent so far, and how many days that are.
    case notEnoughData(spent: Money, historyDays: Int)

    /// What was spent in the period so far.
    public var spent: Money {
        switch self {
        case .forecast(let forecast): forecast.spent
        case .notEnoughData(let spent, _): spent
        }
    }

    /// The forecast, if there is one.
    public var forecast: Forecast? {
        switch self {
        case .forecast(let forecast): forecast
        case .notEnoughData: nil
        }
    }

    /// How many known days there were to make a forecast of.
    public var historyDays: Int {
        switch self {
        case .forecast(let forecast): forecast.historyDays
        case .notEnoughData(_, let days): days
        }
    }
}
