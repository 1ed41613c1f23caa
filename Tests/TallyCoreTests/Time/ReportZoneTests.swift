import TallyCore
import Testing

struct ReportZoneTests {
    private func zone(_ name: String) throws -> ReportZone { try #require(ReportZone(name: name), "\(name)") }

    @Test(arguments: [
        ("UTC", "2026-03-01", "2026-03-01T00:00:00Z"), ("Europe/Berlin", "2026-06-01", "2026-05-31T22:00:00Z"),
        ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z"),
        ("Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00Z"),
        ("America/New_York", "2026-11-01", "2026-11-01T04:00:00Z"),
        ("America/New_York", "2026-11-02", "2026-11-02T05:00:00Z"),
        ("Asia/Kolkata", "2026-06-01", "2026-05-31T18:30:00Z"),
        ("Asia/Kathmandu", "2026-06-01", "2026-05-31T18:15:00Z"),
        ("Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00:00Z"),
        // Daylight saving begins at midnight: the day starts at one o'clock.
        ("America/Santiago", "2025-09-07", "2025-09-07T04:00:00Z"),
        ("Africa/Cairo", "2025-04-25", "2025-04-24T22:00:00Z"),
        // A day that midnight begins twice starts the first time.
        ("America/Havana", "2025-11-02", "2025-11-02T04:00:00Z"),
        // Samoa left out 2011-12-30: it takes no time at all.
        ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z"), ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"), ("Pacific/Apia", "2012-01-01", "2011-12-31T10:00:00Z"),
    ])
    func daysStartAtTheirMidnight(_ name: String, _ day: String, _ start: String) throws {
        #expect(try zone(name).start(of: date(day)).description == start)
    }

    @Test(arguments: [
        // A gap: the reading that is skipped lands behind it.
        ("Europe/Berlin", "2026-03-29T02:30:00Z", "2026-03-29T01:30:00Z"),
        ("Europe/Berlin", "2026-03-29T02:00:00Z", "2026-03-29T01:00:00Z"),
        ("Europe/Berlin", "2026-03-29T01:59:59Z", "2026-03-29T00:59:59Z"),
        ("Europe/Berlin", "2026-03-29T03:00:00Z", "2026-03-29T01:00:00Z"),
        // An overlap: the first of the two.
        ("Europe/Berlin", "2026-10-25T02:30:00Z", "2026-10-25T00:30:00Z"),
        ("Europe/Berlin", "2026-10-25T03:00:00Z", "2026-10-25T02:00:00Z"),
        // Half an hour of daylight saving.
        ("Australia/Lord_Howe", "2026-10-04T02:15:00Z", "2026-10-03T15:45:00Z"),
        ("Australia/Lord_Howe", "2026-04-05T01:45:00Z", "2026-04-04T14:45:00Z"),
        ("Asia/Kolkata", "2026-06-01T05:30:00Z", "2026-06-01T00:00:00Z"),
    ])
    func wallClocksAcrossDaylightSaving(_ name: String, _ reading: String, _ expected: String) throws {
        #expect(try zone(name).instant(wallClock: instant(reading)).description == expected)
    }

    @Test(arguments: [
        "UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kolkata",
        "Asia/Kathmandu", "America/Santiago", "Pacific/Apia", "Pacific/Chatham", "Africa/Casablanca", "America/Havana",
    ])
    func daysTileTheYearsWithoutHolesOrOverlaps(_ name: String) throws {
        let zone = try zone(name)
        var day = try date("2010-12-31")
        let end = try date("2013-01-01")
        while day < end {
            let start = zone.start(of: day)
            let next = zone.start(of: day.next)
            #expect(start <= next, "\(day)")
            // Every instant of the day says it is of that day, from the first to the last.
            if start < next {
                #expect(zone.date(at: start) == day)
                #expect(zone.date(at: Instant(microseconds: next.microseconds - 1)) == day)
            }
            day = day.next
        }
    }

    @Test func everyInstantIsFoundAgainByItsReading() throws {
        let seed: UInt64 = 0x7a6f_6e65
        var random = SeededGenerator(seed: seed)
        for name in ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu"] {
            let zone = try zone(name)
            for _ in 0..<300 {
                let second = Int64.random(in: 1_500_000_000...1_900_000_000, using: &random)
                let time = Instant(microseconds: second * Instant.microsecondsPerSecond)
                let start = zone.start(of: zone.date(at: time))
                #expect(start <= time, "seed \(seed), \(name), \(time)")
                let next = zone.start(of: zone.date(at: time).next)
                #expect(time < next, "seed \(seed), \(name), \(time)")
            }
        }
    }

    @Test(arguments: [
        "", "Mars/Olympus", "GMT+3", "UTC+1", "+02:00", "Etc/GMT+99", "Etc/GMTX", "CEST", "Europe/berlin'; --",
        "../etc/passwd", "Europe/", "Europe", " UTC", "UTC ", "SystemV/EST5", "asia/kolkata", "Asia/Kolkata ",
    ])
    func refusesWhatIsNoIANAName(_ name: String) {
        #expect(ReportZone(name: name) == nil)
    }

    @Test(arguments: ["Asia/Kolkata", "Asia/Calcutta", "Europe/Kyiv", "US/Pacific", "Etc/UTC", "GMT", "Etc/GMT+3"])
    func takesNamesOldAndNew(_ name: String) throws {
        #expect(try zone(name).name == name)
    }

    @Test(arguments: [
        ("EST5EDT", "2026-07-01T04:00:00Z"), ("CET", "2026-06-30T22:00:00Z"), ("Japan", "2026-06-30T15:00:00Z"),
        ("NZ-CHAT", "2026-06-30T11:15:00Z"), ("Zulu", "2026-07-01T00:00:00Z"), ("EST", "2026-07-01T05:00:00Z"),
    ])
    func takesNamesWithoutAnArea(_ name: String, _ start: String) throws {
        #expect(try zone(name).start(of: date("2026-07-01")).description == start)
    }

    @Test func thePlusOfEtcIsWest() throws {
        #expect(try zone("Etc/GMT+3").start(of: date("2026-06-01")).description == "2026-06-01T03:00:00Z")
    }

    @Test func zonesAreEqualByName() throws {
        #expect(try zone("UTC") == .utc)
        #expect(try zone("Z") == .utc && zone("Z").name == "UTC")
        #expect(try zone("Europe/Berlin") != zone("Europe/Vienna"))
    }
}
