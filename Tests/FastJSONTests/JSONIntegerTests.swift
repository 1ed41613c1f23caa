import Testing

@testable import FastJSON

struct JSONIntegerTests {
    @Test(arguments: [
        ("0", JSONInteger.integer(0)), ("-0", .integer(0)), ("0.000", .integer(0)),
        ("0e99999999999999999999", .integer(0)),
        ("7", .integer(7)), ("-7", .integer(-7)), ("999999999999999999", .integer(999_999_999_999_999_999)),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .outOfRange), ("-9223372036854775809", .outOfRange),
        ("100000000000000000000", .outOfRange), ("1e20", .outOfRange), ("1e19", .outOfRange),
        ("1e18", .integer(1_000_000_000_000_000_000)), ("1e999999999999999999999999", .outOfRange),
        ("1e-999999999999999999999999", .notInteger), ("1e3", .integer(1000)), ("1E+3", .integer(1000)),
        ("1000.0", .integer(1000)), ("1.5e1", .integer(15)), ("1.50e1", .integer(15)), ("1.55e1", .notInteger),
        ("100e-2", .integer(1)), ("-120.0e-1", .integer(-12)), ("10e-2", .notInteger), ("0.5", .notInteger),
        ("9.223372036854775807e18", .integer(.max)), ("9223372036854775807.000", .integer(.max)),
        ("0.0000012e7", .integer(12)), ("1.0000000000000000000000000001", .notInteger),
        ("123456789012345678901234567890e-11", .notInteger), ("123000000000000000000000e-21", .integer(123)),
    ])
    func isReadExactly(text: String, expected: JSONInteger) throws {
        #expect(try JSONParser().withDocument(text) { $0.integer } == expected)
        // The rest of the document must not run into it.
        #expect(try JSONParser().withDocument("[\(text)\n,1]") { $0.elements.first { _ in true }?.integer } == expected)
    }

    @Test func convenienceHidesTheReason() throws {
        #expect(
            try JSONParser().withDocument("[1e2,1.5,1e30,\"1\"]") { $0.elements.map(\.int64) } == [100, nil, nil, nil])
    }
}
