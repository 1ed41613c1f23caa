internal import FastJSON
internal import TallyCore

/// Reads the values of fields, with one rule and one wording for each kind of value whatever format it stands in.
enum FieldReader {
    /// The longest text of one field, in bytes: names, ids, tag keys and values.
    static let maximumTextBytes = 1024
    /// The most tags of one event.
    static let maximumTags = 64

    /// A point in time: text with or without an offset, or a number of seconds, milli-, micro- or nanoseconds since
    /// 1970 (told apart by its size).
    static func time(
        _ text: String, zone: ReportZone, field: @autoclosure () -> String
    ) throws(RecordFailure) -> Instant {
        try time(TimeText(text), written: text, zone: zone, field: field())
    }

    /// A point in time read from a document.
    static func time(
        _ text: JSONText, zone: ReportZone, field: @autoclosure () -> String
    ) throws(RecordFailure) -> Instant {
        // Nearly always an instant, which needs no string made of it.
        let read = unsafe TimeText(bytes: text.utf8)
        if case .instant(let instant)? = read, instant >= .earliestEvent, instant < .latestEvent { return instant }
        return try time(read, written: text.string, zone: zone, field: field())
    }

    private static func time(
        _ read: TimeText?, written text: String, zone: ReportZone, field: @autoclosure () -> String
    ) throws(RecordFailure) -> Instant {
        let instant: Instant
        if let read {
            switch read {
            case .instant(let time): instant = time
            case .wallClock(let reading): instant = zone == .utc ? reading : zone.instant(wallClock: reading)
            case .date(let date), .month(let date): instant = zone.start(of: date)
            }
        } else if let decimal = DecimalText(text), let time = epoch(decimal) {
            instant = time
        } else {
            throw RecordFailure(
                "\(field()) is \(RecordFailure.quoted(text)); "
                    + "write a time like 2026-06-01T12:00:00Z or seconds since 1970")
        }
        if instant < .earliestEvent || instant >= .latestEvent {
            throw RecordFailure("\(field()) is \(RecordFailure.quoted(text)), which is not between 2000 and 2099")
        }
        return instant
    }

    /// Seconds up to 10¹¹, milliseconds up to 10¹⁴, microseconds up to 10¹⁷, else nanoseconds.
    private static func epoch(_ decimal: DecimalText) -> Instant? {
        guard case .success(let nano) = decimal.truncated(to: 9), nano >= 0 else { return nil }
        let seconds = nano / 1_000_000_000
        let microseconds: Int128 =
            if seconds < 100_000_000_000 {
                nano / 1000
            } else if seconds < 100_000_000_000_000 {
                nano / 1_000_000
            } else if seconds < 100_000_000_000_000_000 {
                nano / 1_000_000_000
            } else {
                nano / 1_000_000_000_000
            }
        return Int64(exactly: microseconds).map(Instant.init(microseconds:))
    }

    /// How many of a class, in stored units.
    static func quantity(
        _ text: String, of usageClass: UsageClass, field: @autoclosure () -> String
    ) throws(RecordFailure) -> Int64 {
        guard let decimal = DecimalText(text) else {
            throw RecordFailure("\(field()) is \(RecordFailure.quoted(text)); write a number")
        }
        if decimal.unscaled < 0 {
            throw RecordFailure("\(field()) is \(RecordFailure.quoted(text)); a count is never negative")
        }
        let places = usageClass.storedPerUnit == 1 ? 0 : 6
        switch decimal.rescaled(to: places) {
        case .success(let value) where value <= Int128(UsageBuckets.maximumQuantity):
            return Int64(value)
        case .success, .failure(.outOfRange):
            let limit = UsageBuckets.text(Int128(UsageBuckets.maximumQuantity), of: usageClass)
            throw RecordFailure("\(field()) is \(RecordFailure.quoted(text)); one call has at most \(limit)")
        case .failure(.tooPrecise):
            let form = places == 0 ? "a whole number" : "at most six decimals"
            throw RecordFailure("\(field()) is \(RecordFailure.quoted(text)); write \(form)")
        }
    }

    /// What a call cost: an amount of at most 12 decimals exactly as written, one of more rounded to them.
    static func money(_ text: String, field: @autoclosure () -> String) throws(RecordFailure) -> Money {
        let money: Money
        do throws(Money.ParseFailure) {
            money = try Money(rounding: text)
        } catch {
            throw RecordFailure("\(field()) \(error): it is \(RecordFailure.quoted(text))")
        }
        if money < .zero {
            throw RecordFailure("\(field()) is \(RecordFailure.quoted(text)); a cost is not negative")
        }
        if money > UsageEvent.maximumCost {
            throw RecordFailure(
                "\(field()) is \(RecordFailure.quoted(text)); one call costs at most \(UsageEvent.maximumCost)")
        }
        return money
    }

    /// An HTTP status; `nil` for the 0 that clients write when no response came.
    static func status(_ text: String, field: @autoclosure () -> String) throws(RecordFailure) -> Int? {
        if DecimalText(text)?.unscaled == 0 { return nil }
        return try integer(text, in: statuses, field: field())
    }

    /// A whole number within bounds; a fraction is cut off.
    static func integer(
        _ text: String, in range: ClosedRange<Int>, field: @autoclosure () -> String
    ) throws(RecordFailure) -> Int {
        guard let decimal = DecimalText(text), case .success(let value) = decimal.truncated(to: 0),
            let value = Int(exactly: value), range.contains(value)
        else {
            throw RecordFailure(
                "\(field()) is \(RecordFailure.quoted(text)); "
                    + "write a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// Text of bounded length without control characters, in composed form; empty text is none.
    static func text(_ text: String, field: @autoclosure () -> String) throws(RecordFailure) -> String? {
        if text.isEmpty { return nil }
        if text.utf8.count > maximumTextBytes {
            throw RecordFailure("\(field()) is \(text.utf8.count) bytes long; at most \(maximumTextBytes) are kept")
        }
        if let index = text.utf8.firstIndex(where: { $0 < 32 || $0 == 127 }) {
            let byte = text.utf8.distance(from: text.utf8.startIndex, to: index) + 1
            throw RecordFailure("\(field()) has a control character, its byte \(byte); take it out")
        }
        return NameText.composed(text)
    }

    /// Text read from a document; see ``text(_:field:)``.
    static func text(_ text: JSONText, field: @autoclosure () -> String) throws(RecordFailure) -> String? {
        if text.isEmpty { return nil }
        if text.count <= maximumTextBytes, text.isPrintableASCII { return text.string }
        return try self.text(text.string, field: field())
    }

    /// A route by its name.
    static func route(_ text: String, field: @autoclosure () -> String) throws(RecordFailure) -> Route? {
        if text.isEmpty { return nil }
        guard let route = Route(rawValue: text) else {
            let known = Route.allCases.map(\.rawValue).joined(separator: ", ")
            throw RecordFailure("\(field()) is \(RecordFailure.quoted(text)); write one of \(known)")
        }
        return route
    }

    /// An outcome by its name.
    static func outcome(_ text: String, field: @autoclosure () -> String) throws(RecordFailure) -> Outcome {
        guard let outcome = Outcome(rawValue: text) else {
            let known = Outcome.allCases.map(\.rawValue).joined(separator: ", ")
            throw RecordFailure("\(field()) is \(RecordFailure.quoted(text)); write one of \(known)")
        }
        return outcome
    }

    /// Longest duration of one call: 10⁹ milliseconds, over eleven days.
    static let durations = 0...1_000_000_000
    /// HTTP status codes.
    static let statuses = 100...599

    /// That the parts of a total do not exceed it.
    static func check(_ usage: UsageBuckets) throws(RecordFailure) {
        if let reasoning = usage[.reasoning], let output = usage[.output], reasoning > output {
            throw RecordFailure(
                "usage.reasoning is \(reasoning) and usage.output \(output); reasoning is a part of output")
        }
    }
}
