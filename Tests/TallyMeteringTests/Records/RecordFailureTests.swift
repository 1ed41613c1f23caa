import TallyCore
import Testing

@testable import TallyMetering

struct RecordFailureTests {
    /// Every reason names the field and the mend, in these words.
    @Test(arguments: [
        ("[]", "the line is not a JSON object; write one event a line"),
        ("7", "the line is not a JSON object; write one event a line"),
        (#"{"usage":null}"#, #"time is missing; add "time": "2026-06-01T12:00:00Z""#),
        (#"{"time":null,"usage":null}"#, #"time is missing; add "time": "2026-06-01T12:00:00Z""#),
        (
            #"{"time":"2026-06-01"}"#,
            #"usage is missing; add "usage": {…} or "response": {…}, or "usage": null if unknown"#
        ),
        (
            #"{"time":true,"usage":null}"#,
            "time is 'true'; write a time like 2026-06-01T12:00:00Z or seconds since 1970"
        ),
        (
            #"{"timestamp":{"a":1},"usage":null}"#,
            "timestamp is '{…}'; write a time like 2026-06-01T12:00:00Z or seconds since 1970"
        ),
        (#"{"time":"2026-06-01","usage":[]}"#, #"usage is not an object; write {"input": 1000, "output": 20} or null"#),
        (#"{"time":"2026-06-01","usage":{"input":true}}"#, "usage.input is no number; write a number"),
        (#"{"time":"2026-06-01","usage":{"input":-5}}"#, "usage.input is '-5'; a count is never negative"),
        (
            #"{"time":"2026-06-01","usage":{"input":100000000000000000000}}"#,
            "usage.input is '100000000000000000000'; one call has at most 1000000000000"
        ),
        (#"{"time":"2026-06-01","usage":{"input":0.5}}"#, "usage.input is '0.5'; write a whole number"),
        (
            #"{"time":"2026-06-01","usage":{"audio_seconds":0.1234567}}"#,
            "usage.audio_seconds is '0.1234567'; write at most six decimals"
        ),
        (
            #"{"time":"2026-06-01","usage":{"output":1,"reasoning":2}}"#,
            "usage.reasoning is 2 and usage.output 1; reasoning is a part of output"
        ),
        (#"{"time":"2026-06-01","response":"text"}"#, "response is not an object; write the body as JSON, or null"),
    ])
    func recordsAreRefusedWithAMend(_ json: String, _ expected: String) throws {
        #expect(try refusal(json) == expected)
    }

    @Test(arguments: [
        (#""request":[]"#, "request is not an object; write the body as JSON, or null"),
        (#""event_id":"x""#, "event_id is 1 character of text; write the 32 hexadecimal digits of an export"),
        (#""event_id":[1]"#, "event_id is '[…]'; write the 32 hexadecimal digits of an export"),
        (#""id":true"#, "id is not text; write a string or null"),
        (#""biller":{}"#, "biller is not text; write a string or null"),
        (#""provider":[]"#, "provider is not text; write a string or null"),
        (#""model":false"#, "model is not text; write a string or null"),
        (#""account":{}"#, "account is not text; write a string or null"),
        (#""service_tier":[]"#, "service_tier is not text; write a string or null"),
        (#""project":{}"#, "project is not text; write a string or null"),
        (#""user":{}"#, "user is not text; write a string or null"),
        (#""key":{}"#, "key is not text; write a string or null"),
        (#""request_id":{}"#, "request_id is not text; write a string or null"),
        (#""route":"fast""#, "route is 4 characters of text; write one of routed, own-key, direct, serverless"),
        (#""outcome":"good""#, "outcome is 4 characters of text; write one of complete, interrupted, failed"),
        (#""status":99"#, "status is '99'; write a number from 100 to 599"),
        (#""status":"ok""#, "status is 2 characters of text; write a number from 100 to 599"),
        (#""duration_ms":-1"#, "duration_ms is '-1'; write a number from 0 to 1000000000"),
        (#""ttfb_ms":1e20"#, "ttfb_ms is '1e20'; write a number from 0 to 1000000000"),
        (#""stream":"true""#, "stream is no boolean; write true or false"),
        (#""reported_cost":-1"#, "reported_cost is '-1'; a cost is not negative"),
        (#""billed_cost":"1 USD""#, "billed_cost is not a decimal number: it is 5 characters of text"),
        (#""user":"a\u0000b""#, "user has a control character, its byte 2; take it out"),
        (#""tags":["a"]"#, #"tags is not an object; write {"team": "ranking"}"#),
        (#""tags":{"a":{}}"#, "tags, member 1 is not a plain value; write a string"),
        (#""tags":{"":"a"}"#, "tags has an empty name; name every tag"),
        (#""tags":{"a\nb":"c"}"#, "tags: the name of member 1 has a control character, its byte 2; take it out"),
        (#""tags":{"a":"b\tc"}"#, "tags, member 1 has a control character, its byte 2; take it out"),
        (#""request":{"metadata":{"a":[]}}"#, "request.metadata, member 1 is not a plain value; write a string"),
        (#""response":{"status_code":7,"body":{}}"#, "response.status_code is '7'; write a number from 100 to 599"),
        (#""response":{"usage":{"prompt_tokens":"x"}}"#, "response.usage.prompt_tokens is no number; write a number"),
        (
            #""response":{"usage":{"prompt_tokens":-3}}"#,
            "response.usage.prompt_tokens is '-3'; a count is never negative"
        ),
    ])
    func fieldsAreRefusedWithAMend(_ members: String, _ expected: String) throws {
        #expect(try refusal(with: members) == expected)
    }

    @Test func anUnknownClassNamesTheKnownOnes() throws {
        let reason = try #require(try refusal(#"{"time":"2026-06-01","usage":{"prompt_tokens":3}}"#))
        #expect(reason.hasPrefix("usage has the unknown class 'prompt_tokens'; known are input, cache_read, "))
        #expect(reason.hasSuffix(#"; a provider's own usage object goes into "response": {"usage": …}"#))
        for name in UsageClass.names { #expect(reason.contains(name)) }
    }

    @Test func aReasonStaysOneShortLine() throws {
        let long = String(repeating: "x", count: 100_000)
        for members in [#""route":"\#(long)""#, #""tags":{"\#(long)":[]}"#, #""user":"a\n\#(long)""#] {
            let reason = try #require(try refusal(with: members))
            #expect(reason.utf8.count < 200)
            #expect(!reason.contains { $0.isNewline })
        }
        let name = String(repeating: "y", count: 60)
        #expect(RecordFailure.quoted(name: name) == "'\(name)'")
        #expect(RecordFailure.quoted(name: name + "y") == "'\(name)…'")
        // A letter with ever more accents is one character, and still cut.
        let accents = "e" + String(repeating: "\u{301}", count: 10_000)
        #expect(RecordFailure.quoted(name: accents).unicodeScalars.count == 63)
    }

    @Test(arguments: [
        "", "-5", "1.5e-07", "2026-06-01T12:00:00+02:00", "2026-06-01 12:00:00Z", "01/06/2026", "null", "true",
        "12345678901234567890123456789012",
    ])
    func valuesThatCannotBeProseAreQuoted(_ value: String) {
        #expect(RecordFailure.quoted(value) == "'\(value)'")
    }

    @Test(arguments: [
        "a", "hello", "ZEE TEE", "T", "1 e", "1  2", " 1", "1 ", "1,2", "0xff", "\u{661}", "1\n2",
        "123456789012345678901234567890123",
    ])
    func otherValuesAreOnlyCounted(_ value: String) {
        let unit = value.count == 1 ? "character" : "characters"
        #expect(RecordFailure.quoted(value) == "\(value.count) \(unit) of text")
    }

    @Test func reasonsForWholeLines() {
        #expect(
            RecordFailure.lineTooLong(20, limit: 10).description
                == "the line is 20 bytes long; at most 10 are read (import.max_line_bytes)")
        #expect(RecordFailure.notJSON("no end", isCutOff: false).description == "no end")
        #expect(
            RecordFailure.notJSON("no end", isCutOff: true).description
                == "the last line is cut off: no end; import the log again when it is whole")
        #expect(RecordFailure.badRow("a quote is open").description == "a quote is open")
    }
}
