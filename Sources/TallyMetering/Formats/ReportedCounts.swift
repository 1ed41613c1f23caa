internal import FastJSON
internal import TallyCore

/// The numbers of one or more usage objects, as stated.
struct ReportedCounts {
    private var values = InlineArray<30, Int64>(repeating: 0)
    private var stated = CountSet()
    /// The counts that are read; others are passed over.
    var readable = CountSet.all

    /// A count, `nil` when it was not stated.
    subscript(count: Count) -> Int64? {
        get { stated.contains(count) ? values[count.rawValue] : nil }
        set {
            values[count.rawValue] = newValue ?? 0
            if newValue == nil {
                stated.subtract(CountSet(count))
            } else {
                stated.formUnion(CountSet(count))
            }
        }
    }

    /// Whether nothing was stated.
    var isEmpty: Bool { stated.isEmpty }

    /// Reads a count from a document; one that is missing or null says nothing.
    ///
    /// - Parameters:
    ///   - count: Which.
    ///   - value: Its value.
    ///   - path: Where it stands, for the reason.
    /// - Throws: ``RecordFailure`` when the value is no count.
    mutating func take(_ count: Count, _ value: JSONValue?, _ path: StaticString) throws(RecordFailure) {
        guard let value, !value.isNull, readable.contains(count) else { return }
        self[count] = try Self.number(count, value, path)
    }

    /// Adds to a count that stands in several places of one document.
    mutating func add(_ count: Count, _ value: JSONValue?, _ path: StaticString) throws(RecordFailure) {
        guard let value, !value.isNull, readable.contains(count) else { return }
        sum(count, try Self.number(count, value, path))
    }

    /// Adds to a count; the sum stays within bounds, beyond which no call can be.
    private mutating func sum(_ count: Count, _ value: Int64) {
        self[count] = min((self[count] ?? 0) + value, 2 * UsageBuckets.maximumQuantity)
    }

    /// Reads the total, which only serves to check the others: anything else than a whole number says nothing.
    mutating func takeTotal(_ value: JSONValue?) {
        guard readable.contains(.total), let value, let total = value.int64 ?? Self.digits(value), total >= 0 else {
            return
        }
        self[.total] = total
    }

    /// Adds the counts of another object, such as those of one of several iterations.
    mutating func add(_ other: ReportedCounts) {
        for count in Count.allCases {
            if let value = other[count] { sum(count, value) }
        }
    }

    /// Takes the larger of each count: usage objects of one call repeat what was and grow, so that their sum would count
    /// twice.
    mutating func formMaximum(_ other: ReportedCounts) {
        for count in Count.allCases {
            if let value = other[count] { self[count] = max(self[count] ?? 0, value) }
        }
    }

    private static func number(
        _ count: Count, _ value: JSONValue, _ path: StaticString
    ) throws(RecordFailure) -> Int64 {
        if count.storedPerUnit == 1, let whole = value.int64, whole >= 0, whole <= UsageBuckets.maximumQuantity {
            return whole
        }
        guard let number = value.numberText ?? (digits(value) == nil ? nil : value.text) else {
            throw RecordFailure("response.\(path) is no number; write a number")
        }
        if count.storedPerUnit == 1 {
            return try FieldReader.quantity(number.string, of: .input, field: "response.\(path)")
        }
        guard let read = seconds(number.string) else {
            throw RecordFailure(
                "response.\(path) is \(RecordFailure.quoted(number.string)); write a number of seconds")
        }
        return read
    }

    /// A whole number within quotation marks, as some writers of JSON have those of 64 bits; `nil` when it is none.
    private static func digits(_ value: JSONValue) -> Int64? {
        guard let text = value.text, text.count <= 19 else { return nil }
        let string = text.string
        return string.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int64(string) : nil
    }

    /// A duration in millionths of a second; what stands behind them is cut off, since no host bills it.
    static func seconds(_ text: some StringProtocol, perSecond: Int64 = 1) -> Int64? {
        guard let decimal = DecimalText(String(text)), decimal.unscaled >= 0,
            case .success(let count) = decimal.truncated(to: perSecond == 1000 ? 3 : 6),
            count <= Int128(UsageBuckets.maximumQuantity)
        else { return nil }
        return Int64(count)
    }
}
