internal import TallyCore

/// A time as HTTP headers have it, in any of the three forms that there are (RFC 9110, 5.6.7).
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    /// The longest of the forms has 33 bytes.
    private static let maximumBytes = 40

    /// The time that a text says; `nil` when it says none.
    static func instant(_ text: Substring) -> Instant? {
        guard text.utf8.count <= maximumBytes else { return nil }
        let words = text.split { $0 == " " || $0 == "," || $0 == "-" || $0 == ":" }
        // The day of the week stands first; it says nothing that the date does not.
        switch words.count {
        case 8 where words[7] == "GMT":
            // Sun, 06 Nov 1994 08:49:37 GMT, and of old Sunday, 06-Nov-94 08:49:37 GMT.
            return instant(year: words[3], month: words[2], day: words[1], time: words[4...6])
        case 7:
            // Sun Nov  6 08:49:37 1994.
            return instant(year: words[6], month: words[1], day: words[2], time: words[3...5])
        default: return nil
        }
    }

    private static func instant(
        year: Substring, month: Substring, day: Substring, time: ArraySlice<Substring>
    ) -> Instant? {
        guard let month = months.firstIndex(where: { $0 == month }), let day = number(day, digits: 1...2),
            var year = number(year, digits: 2...4)
        else { return nil }
        // Tally knows no call of another century.
        if year < 100 { year += 2000 }
        let parts = time.compactMap { number($0, digits: 2...2) }
        guard parts.count == 3, parts[0] < 24, parts[1] < 60, parts[2] <= 60,
            let midnight = Instant(year: year, month: month + 1, day: day)
        else { return nil }
        let seconds = Int64(parts[0] * 3600 + parts[1] * 60 + parts[2])
        return Instant(microseconds: midnight.microseconds + seconds * Instant.microsecondsPerSecond)
    }

    private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        return Int(text)
    }
}
