/// How much of something.
public struct StatementQuantity: Sendable, Equatable {
    /// What is counted.
    public var measure: StatementMeasure
    /// How many, exactly as stated.
    public var value: DecimalText

    /// A quantity from its parts.
    public init(measure: StatementMeasure, value: DecimalText) {
        self.measure = measure
        self.value = value
    }
}
