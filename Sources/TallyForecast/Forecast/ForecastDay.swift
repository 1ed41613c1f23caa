public import TallyCore

/// One day of a period that was asked about.
public struct ForecastDay: Sendable, Equatable {
    /// The day.
    public let day: CivilDate
    /// What was spent on it as far as it is known.
    public let spent: Money
    /// What is still expected on it; `nil` when the day is over and known.
    public let expected: Money?

    /// Both together.
    public var total: Money { spent + (expected ?? .zero) }
}
