/// A value at the low and at the high end of an allowance.
package struct AllowanceEnds<Value: Sendable & Equatable>: Sendable, Equatable {
    /// At the low end.
    package let low: Value
    /// At the high end.
    package let high: Value

    /// A pair of values.
    package init(low: Value, high: Value) {
        self.low = low
        self.high = high
    }
}
