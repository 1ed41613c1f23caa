import TallyCore
import TallyMetering
import Testing

struct DetailFieldTests {
    private let all =
        #""upstream":"hf","requested_model":"m:fastest","request_bytes":12,"response_bytes":3.0,"#
        + #""error_type":"loading","estimated_time_ms":20000,"retry_after_ms":"30","rate_limit_remaining":0,"#
        + #""rate_limit_reset_ms":55000"#

    @Test func readsEveryField() throws {
        let details = try #require(try decode(with: all).event.details)
        #expect(details.upstream == "hf" && details.requestedModel == "m:fastest")
        #expect(details.requestBytes == 12 && details.responseBytes == 3)
        #expect(details.errorType == .loading && details.estimatedTimeMs == 20_000)
        #expect(details.retryAfterMs == 30 && details.rateLimitRemaining == 0 && details.rateLimitResetMs == 55_000)
    }

    /// Lines that were imported before these fields were known must be the same events.
    @Test func detailsTakeNoPartInTheIdentity() throws {
        let bare = try decode(with: #""model":"m""#)
        #expect(try decode(with: #""model":"m","# + all).identity == bare.identity)
    }

    @Test(arguments: [
        "upstream", "requested_model", "request_bytes", "response_bytes", "error_type", "estimated_time_ms",
        "retry_after_ms", "rate_limit_remaining", "rate_limit_reset_ms",
    ])
    func nullSaysNothing(name: String) throws {
        #expect(try decode(with: "\"\(name)\":null").event.details == nil)
    }

    @Test func wordsOfOtherToolsAreOther() throws {
        #expect(try decode(with: #""error_type":"RateLimitError""#).event.details?.errorType == .other)
        #expect(try decode(with: #""error_type":"""#).event.details == nil)
        for known in ErrorType.allCases {
            #expect(try decode(with: "\"error_type\":\"\(known.rawValue)\"").event.details?.errorType == known)
        }
    }

    @Test(arguments: [
        (#""request_bytes":-1"#, "request_bytes is '-1'; write a number from 0 to 1000000000000000"),
        (#""response_bytes":"x""#, "response_bytes is 1 character of text; write a number from 0 to 1000000000000000"),
        (#""rate_limit_remaining":1e16"#, "rate_limit_remaining is '1e16'; write a number from 0 to 1000000000000000"),
        (#""estimated_time_ms":1000000001"#, "estimated_time_ms is '1000000001'; write a number from 0 to 1000000000"),
        (#""retry_after_ms":[]"#, "retry_after_ms is '[…]'; write a number from 0 to 1000000000"),
        (#""rate_limit_reset_ms":true"#, "rate_limit_reset_ms is 'true'; write a number from 0 to 1000000000"),
        (#""upstream":{}"#, "upstream is not text; write a string or null"),
        (#""error_type":false"#, "error_type is not text; write a string or null"),
    ])
    func refusesWhatIsNone(members: String, reason: String) throws {
        #expect(try refusal(with: members) == reason)
    }

    @Test func longNamesThatAreNotKnownArePassedOver() throws {
        #expect(try decode(with: #""rate_limit_remainings":[],"estimated_time_mz":{}"#).event.details == nil)
    }
}
