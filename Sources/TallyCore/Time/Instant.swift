/// A point in time, in whole microseconds since 1970-01-01T00:00:00Z (the resolution of PostgreSQL's `timestamptz`).
public struct Instant: Sendable, Hashable, Comparable {
    /// Microseconds since the epoch.
    public let microseconds: Int64

    /// Microseconds in a second.
    public static let microsecondsPerSecond: Int64 = 1_000_000
    /// Microseconds in a day of 24 hours.
    public static let microsecondsPerDay: Int64 = 86_400_000_000
    /// Microseconds in the quarter of an hour usage is rolled up by.
    public static let microsecondsPerQuarter: Int64 = 900_000_000

    /// The first instant an event may have: 2000-01-01T00:00:00Z.
    ///
    /// Earlier times come from broken clocks.
    public static let earliestEvent = Instant(microseconds: 946_684_800_000_000)
    /// The instant events must lie before: 2100-01-01T00:00:00Z.
    ///
    /// With it the number of monthly partitions is bounded.
    public static let latestEvent = Instant(microseconds: 4_102_444_800_000_000)

    /// A point in time.
    @inlinable
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Midnight UTC of a date of the Gregorian calendar, which must exist.
    public init?(year: Int, month: Int, day: Int) {
        guard let days = CivilDate(year: year, month: month, day: day)?.daysSinceEpoch else { return nil }
        self.init(microseconds: Int64(days) * Self.microsecondsPerDay)
    }

    /// Whether one instant is before another.
    @inlinable
    public static func < (left: Instant, right: Instant) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The start of the quarter of an hour this instant lies in.
    public var quarter: Instant {
        Instant(microseconds: microseconds - microseconds.positiveRemainder(Self.microsecondsPerQuarter))
    }

    /// The UTC calendar date this instant lies on.
    public var utcDate: CivilDate {
        CivilDate(daysSinceEpoch: Int((microseconds - timeOfDay) / Self.microsecondsPerDay))
    }

    /// Microseconds since midnight UTC.
    public var timeOfDay: Int64 { microseconds.positiveRemainder(Self.microsecondsPerDay) }
}

extension Int64 {
    /// The remainder that is never negative.
    @inlinable
    func positiveRemainder(_ divisor: Int64) -> Int64 {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}

extension Instant: CustomStringConvertible {
    /// RFC 3339 in UTC, with as many fractional digits as it needs: `2026-06-01T12:00:00Z`.
    public var description: String {
        let time = timeOfDay
        let seconds = Int(time / Self.microsecondsPerSecond)
        var fraction = Int(time % Self.microsecondsPerSecond)
        var places = 6
        while places > 0, fraction % 10 == 0 {
            fraction /= 10
            places -= 1
        }
        var text = utcDate.description
        text.reserveCapacity(32)
        text.append("T")
        text.appendDigits(of: seconds / 3600, places: 2)
        text.append(":")
        text.appendDigits(of: seconds / 60 % 60, places: 2)
        text.append(":")
        text.appendDigits(of: seconds % 60, places: 2)
        if places > 0 {
            text.append(".")
            text.appendDigits(of: fraction, places: places)
        }
        text.append("Z")
        return text
    }
}

extension String {
    /// Adds the last decimal digits of a number that is not negative, zeros included.
    fileprivate mutating func appendDigits(of value: Int, places: Int) {
        var divisor = 1
        for _ in 1..<places { divisor *= 10 }
        while divisor > 0 {
            append(Character(Unicode.Scalar(UInt8(ascii: "0") + UInt8(value / divisor % 10))))
            divisor /= 10
        }
    }
}

func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
