public import TallyCore

/// Why amounts make no series.
public enum SpendSeriesError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The amount of this day is larger than ``SpendSeries/largestAmount``.
    case tooLarge(CivilDate)

    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .tooLarge(let day):
            "the spend of \(day) is larger than \(SpendSeries.largestAmount); correct the amount"
        }
    }
}
