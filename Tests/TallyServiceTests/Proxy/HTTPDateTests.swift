import TallyCore
import Testing

@testable import TallyService

struct HTTPDateTests {
    @Test(arguments: [
        // The examples of RFC 9110, 5.6.7, in this century.
        ("Sun, 06 Nov 2094 08:49:37 GMT", "2094-11-06T08:49:37Z"),
        ("Sunday, 06-Nov-94 08:49:37 GMT", "2094-11-06T08:49:37Z"),
        ("Sun Nov  6 08:49:37 2094", "2094-11-06T08:49:37Z"),
        ("Thu, 29 Feb 2024 23:59:60 GMT", "2024-03-01T00:00:00Z"),
        ("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"),
    ])
    func reads(text: String, expected: String) {
        #expect(HTTPDate.instant(text[...])?.description == expected)
    }

    @Test(arguments: [
        "", "0", "tomorrow", "Sun, 06 Nov 2026 08:49:37", "Sun, 06 Nov 2026 08:49:37 UTC", "06 Nov 2026 08:49:37 GMT",
        "Sun, 31 Nov 2026 08:49:37 GMT", "Sun, 29 Feb 2026 08:49:37 GMT", "Sun, 06 nov 2026 08:49:37 GMT",
        "Sun, 06 Nov 2026 24:00:00 GMT", "Sun, 06 Nov 2026 08:60:00 GMT", "Sun, 06 Nov 2026 08:49:61 GMT",
        "Sun, 06 Nov 20260 08:49:37 GMT", "Sun, +6 Nov 2026 08:49:37 GMT", "Sun, 06 Nov 2026 8:49:37 GMT",
        "Sun, 06 Nov 2026 08:49:37 GMT and much more behind it", "2026-11-06T08:49:37Z", "Sun, 06 11 2026 08:49:37 GMT",
    ])
    func refuses(text: String) {
        #expect(HTTPDate.instant(text[...]) == nil)
    }
}
