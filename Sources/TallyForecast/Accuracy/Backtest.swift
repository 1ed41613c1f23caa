/// How well forecasts of a series would have done: for past months, made from what was known then (rolling origin).
///
/// Figures are shares, not amounts: 0.2 is a fifth of what was spent.
public struct Backtest: Sendable, Equatable {
    /// How many months were forecast.
    public let months: Int
    /// How many forecasts were made.
    public let forecasts: Int
    /// The sum of the absolute errors over the sum of the totals.
    public let error: Double
    /// The sum of the signed errors over the sum of the totals; above 0 the forecasts were too high.
    public let bias: Double
    /// The share of totals within the 80 % interval.
    public let coverage80: Double
    /// The share of totals within the 95 % interval.
    public let coverage95: Double
    /// The error of the run rate: what is spent so far, in proportion to the days gone by.
    public let runRateError: Double
    /// The bias of the run rate.
    public let runRateBias: Double

    /// The days of a month after which forecasts are made.
    public static let origins = [3, 7, 14, 21]
}
