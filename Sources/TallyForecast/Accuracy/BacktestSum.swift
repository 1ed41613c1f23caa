/// How well forecasts of several series and of their sum would have done.
public struct BacktestSum: Sendable, Equatable {
    /// The accuracy for each series, in their order; `nil` where no month can be compared.
    public let rows: [Backtest?]
    /// The accuracy of the sum, forecast as the sum of the rows; `nil` when no month can be compared.
    public let total: Backtest?
}
