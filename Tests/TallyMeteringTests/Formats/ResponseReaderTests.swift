import TallyCore
import TallyMetering
import Testing

struct ResponseReaderTests {
    private func event(_ response: String) throws -> UsageEvent {
        try decode(#"{"time":"2026-06-01","response":\#(response)}"#).event
    }

    @Test func readsWhatABodySaysOfTheCall() throws {
        let event = try event(
            #"""
            {"id":"chatcmpl-1","object":"chat.completion","model":"gpt-4o-mini-2024-07-18","service_tier":"default",
            "choices":[{"message":{"content":"hi"}}],"usage":{"prompt_tokens":3,"completion_tokens":1}}
            """#)
        #expect(event.requestID == "chatcmpl-1" && event.id == nil)
        #expect(event.offering.model == "gpt-4o-mini-2024-07-18" && event.offering.serviceTier == "default")
        #expect(event.usage == .of([.input: 3, .output: 1]) && event.outcome == .complete)
    }

    @Test func readsTheBodyWithinABatchsOutput() throws {
        let event = try event(#"{"status_code":200,"request_id":"x","body":{"id":"a","usage":{"prompt_tokens":3}}}"#)
        #expect(event.status == 200 && event.requestID == "a" && event.usage == .of([.input: 3]))
        let other = try self.event(#"{"status":429,"body":{"error":{"message":"slow down"}}}"#)
        #expect(other.status == 429 && other.outcome == .failed)
        let named = try self.event(#"{"status":"completed","id":"a"}"#)
        #expect(named.status == nil && named.requestID == "a" && named.outcome == .complete)
    }

    @Test func anErrorIsAFailedCallWithUnknownUsage() throws {
        let event = try event(#"{"error":{"message":"no","type":"invalid_request_error"}}"#)
        #expect(event.outcome == .failed && event.usage == nil)
    }

    @Test func whatIsOfAnotherShapeIsPassedOver() throws {
        let event = try event(#"{"id":7,"model":null,"service_tier":{},"usage":"none","error":"text"}"#)
        #expect(event.requestID == nil && event.offering == Offering() && event.usage == nil)
        #expect(event.outcome == .complete)
    }
}
