internal import FastJSON
internal import TallyCore

/// Reads `{"input": 1000, …}`: how many of each of Tally's own classes.
struct UsageField: ~Copyable {
    private let classes = ShortNames(UsageClass.names)

    /// Reads the object; one that states no class is unknown usage (I6).
    ///
    /// - Throws: ``RecordFailure`` for a class or a count that is none.
    func read(_ value: JSONValue) throws(RecordFailure) -> UsageBuckets? {
        guard value.kind == .object else {
            throw RecordFailure("usage is not an object; write {\"input\": 1000, \"output\": 20} or null")
        }
        var read = UsageBuckets()
        for (name, count) in value.members {
            guard let place = classes.place(of: name), let usageClass = UsageClass(rawValue: place) else {
                throw Self.unknownClass(name.string)
            }
            if count.isNull { continue }
            guard let number = count.numberText ?? count.text else {
                throw RecordFailure("usage.\(usageClass.name) is no number; write a number")
            }
            if case .integer(let value)? = count.integer, usageClass.storedPerUnit == 1, value >= 0,
                value <= UsageBuckets.maximumQuantity
            {
                read[usageClass] = value
            } else {
                read[usageClass] = try FieldReader.quantity(
                    number.string, of: usageClass, field: "usage.\(usageClass.name)")
            }
        }
        return read.isEmpty ? nil : read
    }

    /// The names of providers' own usage objects, which reasons quote.
    private static let providersCounts: Set<String> = [
        "prompt_tokens", "completion_tokens", "total_tokens", "input_tokens", "output_tokens", "cached_tokens",
        "reasoning_tokens", "prompt_tokens_details", "completion_tokens_details", "input_tokens_details",
        "output_tokens_details", "cache_read_input_tokens", "cache_creation_input_tokens", "cost",
    ]

    private static func unknownClass(_ name: String) -> RecordFailure {
        let what =
            providersCounts.contains(name)
            ? "the unknown class '\(name)'" : "an unknown class, named with \(RecordFailure.quoted(name))"
        return RecordFailure(
            "usage has \(what); known are \(UsageClass.names.joined(separator: ", "))"
                + "; a provider's own usage object goes into \"response\": {\"usage\": …}")
    }
}
