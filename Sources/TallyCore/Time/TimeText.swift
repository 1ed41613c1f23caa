/// A time as it was written: an instant when an offset was given, else the wall clock reading of some zone.
public enum TimeText: Sendable, Equatable {
    /// A point in time.
    case instant(Instant)
    /// A date and time without an offset, as the instant it would be in UTC.
    case wallClock(Instant)
    /// A date alone.
    case date(CivilDate)
    /// A month alone.
    case month(CivilDate)

    /// Reads RFC 3339 and the ISO 8601 forms close to it; `nil` for anything else.
    ///
    /// These are `2026-06-01T12:00:00.5+02:00`, also with a space for the `T`, without seconds or without an offset,
    /// `2026-06-01` and `2026-06`. Digits behind the sixth decimal are cut off.
    ///
    /// - Parameter bytes: The text's bytes, without surrounding space.
    public init?(utf8 bytes: some RandomAccessCollection<UInt8>) {
        var scanner = Scanner(bytes)
        guard let year = scanner.number(digits: 4), scanner.skip("-"), let month = scanner.number(digits: 2) else {
            return nil
        }
        if scanner.isAtEnd {
            guard let date = CivilDate(year: year, month: month, day: 1) else { return nil }
            self = .month(date)
            return
        }
        guard scanner.skip("-"), let day = scanner.number(digits: 2),
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        if scanner.isAtEnd {
            self = .date(date)
            return
        }
        guard scanner.skip("T") || scanner.skip("t") || scanner.skip(" "), let timeOfDay = scanner.timeOfDay() else {
            return nil
        }
        let wallClock = Int64(date.daysSinceEpoch) * Instant.microsecondsPerDay + timeOfDay
        if scanner.isAtEnd {
            self = .wallClock(Instant(microseconds: wallClock))
            return
        }
        _ = scanner.skip(" ")
        guard let offset = scanner.offset(), scanner.isAtEnd else { return nil }
        self = .instant(Instant(microseconds: wallClock - offset))
    }

    /// Reads bytes that lie in a buffer; see ``init(utf8:)``.
    public init?(bytes: UnsafeRawBufferPointer) {
        unsafe self.init(utf8: bytes)
    }

    /// Reads a Swift string; see ``init(utf8:)``.
    public init?(_ text: String) {
        var text = text
        guard let read = text.withUTF8({ bytes in unsafe TimeText(utf8: bytes) }) else { return nil }
        self = read
    }
}

/// Reads fixed-width fields off the front of some bytes.
private struct Scanner<Bytes: RandomAccessCollection<UInt8>> {
    private let bytes: Bytes
    private var index: Bytes.Index

    init(_ bytes: Bytes) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    var isAtEnd: Bool { index == bytes.endIndex }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        if isAtEnd || bytes[index] != UInt8(ascii: character) { return false }
        bytes.formIndex(after: &index)
        return true
    }

    mutating func digit() -> Int? {
        if isAtEnd { return nil }
        let value = Int(bytes[index]) - Int(UInt8(ascii: "0"))
        if value < 0 || value > 9 { return nil }
        bytes.formIndex(after: &index)
        return value
    }

    mutating func number(digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// `12:00`, `12:00:00` or `12:00:00.123456`, in microseconds; a leap second counts as the next minute's start.
    mutating func timeOfDay() -> Int64? {
        guard let hour = number(digits: 2), hour <= 24, skip(":"), let minute = number(digits: 2), minute <= 59 else {
            return nil
        }
        var microseconds = Int64(hour * 3600 + minute * 60) * Instant.microsecondsPerSecond
        if skip(":") {
            guard let second = number(digits: 2), second <= 60 else { return nil }
            microseconds += Int64(second) * Instant.microsecondsPerSecond
            if skip(".") || skip(",") {
                guard var fraction = digit() else { return nil }
                var digits = 1
                while let next = digit() {
                    if digits < 6 { fraction = fraction * 10 + next }
                    digits += 1
                }
                while digits < 6 {
                    fraction *= 10
                    digits += 1
                }
                microseconds += Int64(fraction)
            }
        }
        return microseconds > Instant.microsecondsPerDay ? nil : microseconds
    }

    /// `Z`, `+02:00`, `+0200` or `+02`, in microseconds east of UTC.
    mutating func offset() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let isWest = skip("-")
        if !isWest, !skip("+") { return nil }
        guard let hours = number(digits: 2), hours <= 18 else { return nil }
        var minutes = 0
        if skip(":") || !isAtEnd {
            guard let read = number(digits: 2), read <= 59 else { return nil }
            minutes = read
        }
        let offset = Int64(hours * 3600 + minutes * 60) * Instant.microsecondsPerSecond
        return isWest ? -offset : offset
    }
}
