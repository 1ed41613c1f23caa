import TallyCore
import Testing

struct InstantTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59.999999Z"), (1, "1970-01-01T00:00:00.000001Z"),
            (1_780_315_200_500_000, "2026-06-01T12:00:00.5Z"), (951_782_400_000_000, "2000-02-29T00:00:00Z"),
        ] as [(Int64, String)])
    func readsAsRFC3339(_ microseconds: Int64, _ text: String) throws {
        #expect(Instant(microseconds: microseconds).description == text)
        #expect(try instant(text).microseconds == microseconds)
    }

    @Test func everyInstantComesBackFromItsText() throws {
        let seed: UInt64 = 0x7469_6d65
        var random = SeededGenerator(seed: seed)
        for _ in 0..<3_000 {
            // Years 1 to 9999, and every number of trailing zeros.
            let unit: Int64 = random.pick([1, 10, 1000, 100_000, 1_000_000, 60_000_000])
            let microseconds = Int64.random(in: -62_000_000_000_000_000...253_000_000_000_000_000, using: &random)
            let time = Instant(microseconds: microseconds / unit * unit)
            #expect(try instant(time.description) == time, "seed \(seed), \(time)")
        }
    }

    @Test(arguments: [
        ("2026-06-01T12:14:59.999999Z", "2026-06-01T12:00:00Z"), ("2026-06-01T12:15:00Z", "2026-06-01T12:15:00Z"),
        ("1969-12-31T23:59:59Z", "1969-12-31T23:45:00Z"), ("2026-12-31T23:59:59Z", "2026-12-31T23:45:00Z"),
    ])
    func liesInAQuarterOfAnHour(_ text: String, _ quarter: String) throws {
        #expect(try instant(text).quarter.description == quarter)
    }

    @Test func knowsItsDayAndTimeBeforeTheEpochToo() throws {
        #expect(try instant("1969-12-31T23:00:00Z").utcDate.description == "1969-12-31")
        #expect(try instant("1969-12-31T23:00:00Z").timeOfDay == 23 * 3_600_000_000)
        #expect(Instant(microseconds: 0).utcDate.description == "1970-01-01")
        #expect(Instant(year: 2026, month: 2, day: 29) == nil)
        #expect(Instant(year: 2028, month: 2, day: 29)?.description == "2028-02-29T00:00:00Z")
        #expect(Instant.earliestEvent.description == "2000-01-01T00:00:00Z")
        #expect(Instant.latestEvent.description == "2100-01-01T00:00:00Z")
    }
}
