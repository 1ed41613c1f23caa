package import TallyCore

/// Quantities as text, by the rules of every log format.
package enum QuantityText {
    /// Reads how many of a class there are.
    ///
    /// - Parameters:
    ///   - text: A number; fractions only where the class has them.
    ///   - usageClass: The class.
    ///   - option: The name a failure gives it.
    /// - Returns: The quantity, in stored units.
    /// - Throws: ``RecordFailure`` when it is negative, too large, too precise or no number.
    package static func quantity(
        _ text: String, of usageClass: UsageClass, option: String
    ) throws(RecordFailure) -> Int64 {
        try FieldReader.quantity(text, of: usageClass, field: option)
    }

    /// That no part exceeds what it is part of.
    package static func check(_ usage: UsageBuckets) throws(RecordFailure) {
        try FieldReader.check(usage)
    }
}
