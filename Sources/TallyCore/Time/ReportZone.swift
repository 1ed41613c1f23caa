internal import Foundation

/// An IANA time zone, as days, months and bare dates of a report are meant in.
public struct ReportZone: Sendable, Equatable {
    /// The IANA name, such as `Europe/Berlin`.
    public let name: String
    private let zone: TimeZone

    /// The default of every report.
    public static let utc = ReportZone(name: "UTC", zone: TimeZone(secondsFromGMT: 0) ?? .current)

    /// The zone of an IANA name; `nil` when there is none of that name.
    public init?(name: String) {
        if ["UTC", "utc", "Z"].contains(name) {
            self = .utc
            return
        }
        // Foundation also takes "GMT+3"; those are no IANA names and PostgreSQL reads them with the other sign.
        guard Self.looksLikeIANA(name), let zone = TimeZone(identifier: name) else { return nil }
        self.init(name: name, zone: zone)
    }

    private init(name: String, zone: TimeZone) {
        self.name = name
        self.zone = zone
    }

    /// Whether a name has the shape of an IANA name; which of those exist, Foundation knows.
    ///
    /// Its list of known names is of no use here: it has `Asia/Calcutta` and not `Asia/Kolkata`. `SystemV/…` is its own
    /// and not IANA's.
    private static func looksLikeIANA(_ name: String) -> Bool {
        namesWithoutArea.contains(name)
            || (name.utf8.count <= 64 && name.contains("/") && !name.hasPrefix("SystemV/"))
    }

    /// The names of the IANA database that have no area before a slash (its files `etcetera` and `backward`).
    private static let namesWithoutArea: Set<String> = [
        "CET", "CST6CDT", "Cuba", "EET", "EST", "EST5EDT", "Egypt", "Eire", "GB", "GB-Eire", "GMT", "GMT+0", "GMT-0",
        "GMT0", "Greenwich", "HST", "Hongkong", "Iceland", "Iran", "Israel", "Jamaica", "Japan", "Kwajalein", "Libya",
        "MET", "MST", "MST7MDT", "NZ", "NZ-CHAT", "Navajo", "PRC", "PST8PDT", "Poland", "Portugal", "ROC", "ROK",
        "Singapore", "Turkey", "UCT", "Universal", "W-SU", "WET", "Zulu",
    ]

    /// The instant at which a wall clock in this zone shows a reading.
    ///
    /// - Parameter wallClock: The reading, as the instant it would be in UTC.
    /// - Returns: The instant. A reading that daylight saving skips gives the instant after the gap; one that occurs
    ///   twice gives the first.
    public func instant(wallClock: Instant) -> Instant {
        let reading = wallClock.microseconds
        let candidates = [reading - Self.day, reading + Self.day].map { offset(at: Instant(microseconds: $0)) }
        let matches = candidates.map { Instant(microseconds: reading - $0) }
            .filter { $0.microseconds + offset(at: $0) == reading }
        if let first = matches.min() { return first }
        // In a gap: the offset before it, applied to the reading, lands just as far behind the gap.
        return Instant(microseconds: reading - candidates[0])
    }

    /// The instant a date starts at in this zone.
    public func start(of date: CivilDate) -> Instant {
        let midnight = Instant(microseconds: Int64(date.daysSinceEpoch) * Instant.microsecondsPerDay)
        return instant(wallClock: midnight)
    }

    /// The date a wall clock in this zone shows at an instant.
    public func date(at instant: Instant) -> CivilDate {
        Instant(microseconds: instant.microseconds + offset(at: instant)).utcDate
    }

    private static let day = Instant.microsecondsPerDay

    /// Microseconds east of UTC at an instant.
    private func offset(at instant: Instant) -> Int64 {
        let seconds = instant.microseconds / Instant.microsecondsPerSecond
        let date = Date(timeIntervalSince1970: TimeInterval(seconds))
        return Int64(zone.secondsFromGMT(for: date)) * Instant.microsecondsPerSecond
    }

    /// Whether both are the same zone by name.
    public static func == (left: ReportZone, right: ReportZone) -> Bool { left.name == right.name }
}
