/// How many serverless calls a day are let through: a range, since it depends on how busy the service is.
package struct AllowanceRange: Sendable, Hashable {
    /// Calls a day that pass at the least.
    package let low: Int64
    /// Calls a day that pass at the most.
    package let high: Int64

    /// The most a range may name.
    package static let maximum: Int64 = 1_000_000_000_000

    /// A range, or `nil` when an end is negative, above ``maximum``, or the low end above the high one.
    package init?(low: Int64, high: Int64) {
        guard low >= 0, low <= high, high <= Self.maximum else { return nil }
        self.low = low
        self.high = high
    }
}
