internal import FastJSON
internal import TallyCore

/// Reads members of statements: exactly, as text, since sums of a large account exceed what one call may have.
enum StatementField {
    /// A number of at least zero, exactly as written; `nil` when it is not stated.
    static func number(_ value: JSONValue?, _ name: String) throws(RecordFailure) -> DecimalText? {
        guard let value, !value.isNull else { return nil }
        guard let text = value.scalarText else { throw RecordFailure("\(name) is no number; write a number") }
        if text.isEmpty { return nil }
        guard let number = DecimalText(text) else {
            throw RecordFailure("\(name) is \(RecordFailure.quoted(text)); write a number")
        }
        if number.unscaled < 0 {
            throw RecordFailure("\(name) is \(RecordFailure.quoted(text)); a count is never negative")
        }
        return number
    }

    /// A whole number of at least zero, below 10¹⁸; `nil` when it is not stated.
    static func count(_ value: JSONValue?, _ name: String) throws(RecordFailure) -> Int64? {
        guard let number = try number(value, name) else { return nil }
        guard case .success(let count) = number.rescaled(to: 0), count < 1_000_000_000_000_000_000 else {
            throw RecordFailure("\(name) is no whole number below 10^18; write one")
        }
        return Int64(count)
    }

    /// An amount, in units of 10^-`places` of its currency; further decimals than Tally keeps are rounded.
    ///
    /// - Parameters:
    ///   - value: The member.
    ///   - name: Its name.
    ///   - places: 9 for nano-dollars, 6 for micro-dollars, 2 for cents.
    /// - Returns: `nil` when it is not stated.
    /// - Throws: ``RecordFailure`` when it is no number or larger than can be stored.
    static func amount(_ value: JSONValue?, _ name: String, places: Int = 0) throws(RecordFailure) -> Money? {
        guard let value, !value.isNull else { return nil }
        guard let text = value.scalarText else { throw RecordFailure("\(name) is no number; write a number") }
        if text.isEmpty { return nil }
        do throws(Money.ParseFailure) {
            if places == 0 { return try Money(rounding: text) }
            guard let number = DecimalText(text) else { throw .notANumber }
            return try Money(rounding: "\(number.unscaled)e\(-number.scale - places)")
        } catch {
            throw RecordFailure("\(name) \(error): it is \(RecordFailure.quoted(text))")
        }
    }

    /// A point in time; `nil` when it is not stated.
    static func time(_ value: JSONValue?, _ name: String) throws(RecordFailure) -> Instant? {
        try LogField.time(value, name, zone: .utc)
    }

    /// A span whose end is stated as the instant after it.
    static func period(
        from start: JSONValue?, to end: JSONValue?, _ name: String
    ) throws(RecordFailure) -> StatementPeriod? {
        guard let from = try time(start, "\(name) start"), let to = try time(end, "\(name) end") else { return nil }
        if to <= from { throw RecordFailure("the \(name) ends before it begins") }
        return StatementPeriod(from: from, to: to)
    }

    /// A span whose end is stated as its last millisecond, as Hugging Face does.
    static func closedPeriod(
        from start: JSONValue?, to end: JSONValue?, _ name: String
    ) throws(RecordFailure) -> StatementPeriod? {
        guard var period = try period(from: start, to: end, name) else { return nil }
        let remainder = period.to.microseconds % 1_000_000
        if remainder >= 999_000 {
            period.to = Instant(microseconds: period.to.microseconds - remainder + 1_000_000)
        }
        return period
    }

    /// A day in UTC.
    static func day(_ value: JSONValue?, _ name: String) throws(RecordFailure) -> StatementPeriod? {
        guard let from = try time(value, name) else { return nil }
        let date = from.utcDate
        return StatementPeriod(
            from: Instant(microseconds: Int64(date.daysSinceEpoch) * Instant.microsecondsPerDay),
            to: Instant(microseconds: Int64(date.daysSinceEpoch + 1) * Instant.microsecondsPerDay))
    }

    /// A calendar month in UTC, from any time in it.
    static func month(_ value: JSONValue?, _ name: String) throws(RecordFailure) -> StatementPeriod? {
        guard let time = try time(value, name) else { return nil }
        let (first, next) = (time.utcDate.startOfMonth, time.utcDate.startOfNextMonth)
        return StatementPeriod(
            from: Instant(microseconds: Int64(first.daysSinceEpoch) * Instant.microsecondsPerDay),
            to: Instant(microseconds: Int64(next.daysSinceEpoch) * Instant.microsecondsPerDay))
    }
}

extension StatementLine {
    /// Adds a quantity that is stated.
    mutating func add(_ measure: StatementMeasure, _ value: DecimalText?) {
        if let value { quantities.append(StatementQuantity(measure: measure, value: value)) }
    }

    /// Adds a count that is known.
    mutating func add(_ measure: StatementMeasure, _ count: Int64?) {
        add(measure, count.flatMap { DecimalText(String($0)) })
    }
}

extension StatementReading {
    /// Adds the lines that a row gives, or the reason it gives none; the other rows are good without it.
    mutating func collect(_ row: () throws(RecordFailure) -> [StatementLine]) {
        do throws(RecordFailure) {
            statement.lines += try row()
        } catch {
            rejected.append(error)
        }
    }
}
