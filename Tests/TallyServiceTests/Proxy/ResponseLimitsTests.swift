import TallyCore
import Testing

@testable import TallyService

struct ResponseLimitsTests {
    private func limits(_ headers: [(name: String, value: String)]) throws -> ResponseLimits {
        ResponseLimits(headers, at: try instant("2026-06-01T12:00:00Z"))
    }

    @Test(arguments: [
        ("0", 0), ("1", 1000), (" 30 ", 30_000), ("1.5", 1500), ("1.05", 1050), ("0.0009", 0),
        ("1000000", 1_000_000_000),
        ("1000000.0", 1_000_000_000), ("0001", 1000),
        // More than is kept, or no time at all.
        ("1000000.001", nil), ("1000001", nil), ("99999999999999999999", nil), ("-1", nil), ("-0.5", nil), ("+5", nil),
        ("", nil), (" ", nil), (".5", nil), ("5.", nil), ("1.5.5", nil), ("1.5x", nil), ("1.-5", nil), ("1.+5", nil),
        ("5s", nil), ("0x10", nil), ("1e3", nil), ("\u{0665}", nil), ("5, 6", nil), ("soon", nil),
    ])
    func retryAfterIsInSeconds(value: String, expected: Int?) throws {
        #expect(try limits([("Retry-After", value)]).retryAfterMs == expected)
        #expect(try limits([("RETRY-after", value)]).retryAfterMs == expected)
    }

    @Test(arguments: [
        (#""api";r=0;t=55"#, 0, 55_000), (#""api";r=499;t=300"#, 499, 300_000), (#"  "api" ; r=3 ; t=1 "#, 3, 1000),
        (#""api";t=55;r=0"#, 0, 55_000), (#""api";r=0"#, 0, nil), ("r=5", 5, nil), (#""api";q=100;w=60"#, nil, nil),
        ("", nil, nil), (";;;", nil, nil), (#""api";r=-1;t=-1"#, nil, nil), (#""api";r=;t="#, nil, nil),
        (#""api";r=1000000000000001;t=1000001"#, nil, nil), (#""api";r=1000000000000000"#, 1_000_000_000_000_000, nil),
        (#""api";r=99999999999999999999"#, nil, nil), (#""api";r=+5;t=+5"#, nil, nil), (#""api";R=1;T=2"#, nil, nil),
        // Of several policies the one that is nearest to its end.
        (#""burst";r=50;t=10, "daily";r=2;t=900"#, 2, 900_000), (#""daily";r=2;t=900, "burst";r=50;t=10"#, 2, 900_000),
    ])
    func theRateLimitIsThatOfTheHub(value: String, remaining: Int?, resetMs: Int?) throws {
        let limits = try limits([("RateLimit", value)])
        #expect(limits.remaining == remaining && limits.resetMs == resetMs)
    }

    /// A time is one by the clock of who says it; without a `Date` by that of this machine.
    @Test(
        arguments: [
            ("Mon, 01 Jun 2026 12:00:30 GMT", nil, 30_000), ("Mon, 01 Jun 2026 11:00:00 GMT", nil, 0),
            ("Mon, 01 Jun 2026 12:00:30 GMT", "Mon, 01 Jun 2026 12:00:10 GMT", 20_000),
            ("Sun Nov  6 08:49:37 1994", "Sunday, 06-Nov-94 08:49:37 GMT", 0),
            ("Fri, 01 Jan 2027 00:00:00 GMT", nil, nil), ("Mon, 01 Jun 2026 12:00:30 GMT", "now", 30_000),
            ("Mon, 01 Jun 2026 12:00:30 CET", nil, nil),
        ] as [(String, String?, Int?)])
    func retryAfterMayBeATime(value: String, date: String?, expected: Int?) throws {
        let dates = date.map { [(name: "date", value: $0)] } ?? []
        #expect(try limits([("Retry-After", value)] + dates).retryAfterMs == expected)
        #expect(try limits(dates + [("retry-after", value)]).retryAfterMs == expected)
    }

    @Test func otherHeadersSayNothing() throws {
        let limits = try limits([
            ("x-retry-after", "5"), ("RateLimit-Policy", #""fixed window";"api";q=500;w=300"#), ("ratelimiT", "x"),
        ])
        #expect(limits.retryAfterMs == nil && limits.remaining == nil && limits.resetMs == nil)
    }
}
