import TallyCore
import Testing

@testable import TallyMetering

struct FieldReaderTests {
    @Test(arguments: [
        ("0", "0"), ("1000000000000", "1000000000000"), ("1e12", "1000000000000"), ("12.000", "12"), ("-0", "0"),
        ("1000000000001", "f is '1000000000001'; one call has at most 1000000000000"),
        ("100000000000000000000", "f is '100000000000000000000'; one call has at most 1000000000000"),
        ("1e20", "f is '1e20'; one call has at most 1000000000000"),
        ("1e60", "f is '1e60'; one call has at most 1000000000000"),
        ("-5", "f is '-5'; a count is never negative"), ("-1e-3", "f is '-1e-3'; a count is never negative"),
        ("1.5", "f is '1.5'; write a whole number"), ("1e-1", "f is '1e-1'; write a whole number"),
        ("", "f is ''; write a number"), ("ten", "f is 3 characters of text; write a number"),
        ("1,000", "f is 5 characters of text; write a number"),
        ("1.", "f is '1.'; write a number"), ("NaN", "f is 'NaN'; write a number"),
        (" 1", "f is 2 characters of text; write a number"),
    ])
    func countsAreWholeAndBounded(_ text: String, _ expected: String) {
        #expect(
            outcome { () throws(RecordFailure) in try FieldReader.quantity(text, of: .input, field: "f") } == expected)
    }

    @Test(arguments: [
        ("1.5", "1500000"), ("0.000001", "1"), ("0.1234560", "123456"), ("1000000", "1000000000000"),
        ("0.1234567", "f is '0.1234567'; write at most six decimals"),
        ("1000000.000001", "f is '1000000.000001'; one call has at most 1000000"),
        ("-0.5", "f is '-0.5'; a count is never negative"),
    ])
    func durationsHaveSixDecimals(_ text: String, _ expected: String) {
        #expect(
            outcome { () throws(RecordFailure) in
                try FieldReader.quantity(text, of: .computeSeconds, field: "f")
            } == expected)
        #expect(
            outcome { () throws(RecordFailure) in
                try QuantityText.quantity(text, of: .megapixels, option: "f")
            } == expected)
    }

    @Test(arguments: [
        ("0.000000375", "0.000000375"), ("1e-12", "0.000000000001"), ("0", "0.00"), ("27", "27.00"),
        ("-0.01", "f is '-0.01'; a cost is not negative"), ("1e-13", "0.00"), ("0.00014499999999999998", "0.000145"),
        ("3.0000000000000004e-05", "0.00003"), ("-1e-17", "0.00"), ("5e-13", "0.000000000001"),
        ("$1", "f is not a decimal number: it is 2 characters of text"),
        ("1e30", "f is larger than any amount Tally can store: it is '1e30'"),
    ])
    func costsAreExactToTwelveDecimals(_ text: String, _ expected: String) {
        #expect(outcome { () throws(RecordFailure) in try FieldReader.money(text, field: "f") } == expected)
    }

    @Test(arguments: [
        ("100", "100"), ("599.9", "599"), ("99", "f is '99'; write a number from 100 to 599"),
        ("600", "f is '600'; write a number from 100 to 599"),
        ("ok", "f is 2 characters of text; write a number from 100 to 599"),
        ("1e40", "f is '1e40'; write a number from 100 to 599"),
        ("-200", "f is '-200'; write a number from 100 to 599"),
    ])
    func integersLieInTheirRange(_ text: String, _ expected: String) {
        #expect(
            outcome { () throws(RecordFailure) in
                try FieldReader.integer(text, in: FieldReader.statuses, field: "f")
            } == expected)
    }

    @Test func textIsBoundedAndHasNoControlCharacters() {
        func read(_ text: String) -> String {
            outcome { () throws(RecordFailure) in try FieldReader.text(text, field: "f") ?? "none" }
        }
        let longest = String(repeating: "x", count: FieldReader.maximumTextBytes)
        #expect(read("") == "none" && read("a b") == "a b" && read("\u{e9}") == "\u{e9}")
        #expect(read(longest) == longest)
        #expect(read(longest + "x") == "f is 1025 bytes long; at most 1024 are kept")
        for character in ["\0", "\n", "\u{1b}", "\u{7f}"] {
            #expect(read("a\(character)b") == "f has a control character, its byte 2; take it out")
        }
    }

    @Test(arguments: [
        ("2000-01-01", "2000-01-01T00:00:00Z"), ("2099-12-31T23:59:59.999999Z", "2099-12-31T23:59:59.999999Z"),
        ("1999-12-31", "f is '1999-12-31', which is not between 2000 and 2099"),
        ("2100-01-01", "f is '2100-01-01', which is not between 2000 and 2099"),
        ("0000-01-01", "f is '0000-01-01', which is not between 2000 and 2099"),
        ("0", "f is '0', which is not between 2000 and 2099"),
        // The oldest and the youngest in each unit are still told apart.
        ("946684800000", "2000-01-01T00:00:00Z"), ("4102444799999", "2099-12-31T23:59:59.999Z"),
        ("946684800000000", "2000-01-01T00:00:00Z"), ("4102444799999999", "2099-12-31T23:59:59.999999Z"),
        ("946684800000000000", "2000-01-01T00:00:00Z"), ("4102444799999999999", "2099-12-31T23:59:59.999999Z"),
        ("946684800", "2000-01-01T00:00:00Z"), ("4102444799", "2099-12-31T23:59:59Z"),
        ("-1", "f is '-1'; write a time like 2026-06-01T12:00:00Z or seconds since 1970"),
        ("1e50", "f is '1e50'; write a time like 2026-06-01T12:00:00Z or seconds since 1970"),
        ("now", "f is 3 characters of text; write a time like 2026-06-01T12:00:00Z or seconds since 1970"),
        ("2026-02-30", "f is '2026-02-30'; write a time like 2026-06-01T12:00:00Z or seconds since 1970"),
    ])
    func timesLieInTheCentury(_ text: String, _ expected: String) {
        #expect(outcome { () throws(RecordFailure) in try FieldReader.time(text, zone: .utc, field: "f") } == expected)
    }

    @Test func aPartDoesNotExceedItsWhole() {
        func check(_ usage: UsageBuckets) -> String {
            outcome { () throws(RecordFailure) in
                try QuantityText.check(usage)
                return "good"
            }
        }
        #expect(check(.of([.output: 5, .reasoning: 5])) == "good")
        #expect(check(.of([.reasoning: 5])) == "good")
        #expect(
            check(.of([.output: 5, .reasoning: 6]))
                == "usage.reasoning is 6 and usage.output 5; reasoning is a part of output")
    }
}
