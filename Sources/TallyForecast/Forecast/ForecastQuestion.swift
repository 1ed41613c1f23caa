public import TallyCore

/// What is to be forecast, and how much of it is known.
public struct ForecastQuestion: Sendable, Equatable {
    /// The days whose total is asked for.
    public var period: ForecastPeriod
    /// The last day with spend that is known; everything after it is forecast.
    public var asOf: CivilDate
    /// The share of that day that has gone by, above 0 and up to 1: the rest of a partial day is forecast.
    public var elapsed: Double
    /// What was spent in the period so far, where the caller knows it better than the series; `nil` is their sum.
    public var spent: Money?

    /// A question about a period.
    ///
    /// - Parameters:
    ///   - period: The days whose total is asked for.
    ///   - asOf: The last day that is known.
    ///   - elapsed: The share of that day that has gone by; the whole day unless said.
    ///   - spent: What was spent in the period so far; `nil` is the sum of the series.
    public init(period: ForecastPeriod, asOf: CivilDate, elapsed: Double = 1, spent: Money? = nil) {
        self.period = period
        self.asOf = asOf
        self.elapsed = min(max(elapsed, 0), 1)
        self.spent = spent
    }

    /// The day after the last whole day that is known, as days since 1970-01-01.
    var end: Int { elapsed < 1 ? asOf.daysSinceEpoch : asOf.daysSinceEpoch + 1 }
}
