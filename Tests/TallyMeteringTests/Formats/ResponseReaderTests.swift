import FastJSON
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

    @Test(
        arguments: [
            (#""cost":3.0000000000000004e-05"#, "0.00003"), (#""cost":0"#, "0.00"), (#""cost":null"#, nil),
            (#""cost":{"total_cost":1}"#, nil), (#""cost":-1"#, nil),
            (#""cost":0.95,"is_byok":false,"cost_details":{"upstream_inference_cost":0.95}"#, "0.95"),
            (#""cost":0.05,"is_byok":true,"cost_details":{"upstream_inference_cost":0.95}"#, "1.00"),
            (#""cost":0.05,"is_byok":true,"cost_details":{"upstream_inference_cost":null}"#, nil),
        ] as [(String, String?)])
    func readsWhatARouterSaysACallCost(_ members: String, _ expected: String?) throws {
        let response = #"{"usage":{"prompt_tokens":3,\#(members)}}"#
        let event = try event(response)
        #expect(event.reportedCost?.description == expected && event.usage == .of([.input: 3]))
        let stated = try decode(#"{"time":"2026-06-01","reported_cost":"7","response":\#(response)}"#).event
        #expect(stated.reportedCost?.description == "7.00")
    }

    @Test func aStatusOfZeroIsACallThatNeverGotOne() throws {
        let event = try event(#"{"status_code":0,"body":{}}"#)
        #expect(event.status == nil && event.outcome == .failed)
        let own = try decode(with: #""status":0"#).event
        #expect(own.status == nil && own.outcome == .failed)
        #expect(try decode(with: #""outcome":"interrupted","status":0"#).event.outcome == .interrupted)
        #expect(try decode(with: #""status":0,"outcome":"interrupted""#).event.outcome == .interrupted)
    }

    @Test func anErrorIsAFailedCallWithUnknownUsage() throws {
        let event = try event(#"{"error":{"message":"no","type":"invalid_request_error"}}"#)
        #expect(event.outcome == .failed && event.usage == nil)
        // As Hugging Face and its inference servers write it.
        #expect(try self.event(#"{"error":"Model m is currently loading","estimated_time":20.0}"#).outcome == .failed)
        #expect(try self.event(#"{"error":""}"#).outcome == .complete)
    }

    @Test func whatIsOfAnotherShapeIsPassedOver() throws {
        let event = try event(#"{"id":7,"model":null,"service_tier":{},"usage":"none","error":7}"#)
        #expect(event.requestID == nil && event.offering == Offering() && event.usage == nil)
        #expect(event.outcome == .complete)
    }

    @Test func anEmptyResponseIsNoBody() throws {
        let event = try decode(#"{"time":"2026-06-01","provider":"openai","model":"m","status":200,"response":""}"#)
            .event
        #expect(event.usage == nil && event.status == 200 && event.offering.model == "m" && event.outcome == .complete)
        #expect(try self.event(#"{"status_code":500,"body":""}"#).outcome == .failed)
    }

    @Test func aCountMayBeTheTextOfANumber() throws {
        let usage = #"{"usage":{"prompt_tokens":"10","completion_tokens":2,"total_tokens":"12"}}"#
        #expect(try event(usage).usage == .of([.input: 10, .output: 2]))
        let contradicting = usage.replacing(#""12""#, with: #""13""#)
        #expect(try event(contradicting).usage == nil)
        for text in ["", "ten", "-1", "1e3", " 1", "99999999999999999999"] {
            #expect(throws: RecordFailure.self) {
                try event(#"{"usage":{"prompt_tokens":"\#(text)","completion_tokens":2}}"#)
            }
        }
    }

    private func quoted(_ text: String) -> String {
        var writer = JSONWriter(capacity: 256)
        writer.string(text)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test(arguments: Transcript.all)
    func aResponseMayBeTheTextOfAStream(_ transcript: Transcript) throws {
        let known = transcript.exchange
        let seller = #""biller":\#(quoted(known.biller ?? "")),"provider":\#(quoted(known.provider ?? "")),"#
        for response in [quoted(transcript.text), #"{"status_code":200,"body":\#(quoted(transcript.text))}"#] {
            let event = try decode(#"{"time":"2026-06-01",\#(seller)"response":\#(response)}"#).event
            let read = try transcript.read()
            #expect(event.usage == read.usage && event.outcome == .complete && event.reportedCost == read.reportedCost)
            #expect(event.isStream == (read.ending == nil ? nil : true))
            #expect(event.requestID == read.requestID && event.offering.model == read.model)
        }
    }

    @Test func aResponseMayBeAList() throws {
        let gemini = try event(
            #"""
            [{"usageMetadata":{"promptTokenCount":3}},{"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2}}]
            """#)
        #expect(gemini.usage == .of([.input: 3, .output: 2]))
        #expect(try event("[[0.5,0.25]]").usage == nil && event("[]").usage == nil)
    }

    @Test func textThatIsNoStreamIsRefusedOrWithinAnAnswerPassedOver() throws {
        #expect(
            try refusal(#"{"time":"2026-06-01","response":"text"}"#)
                == "response is not an object; write the body as JSON, or null")
        let event = try event(#"{"status_code":502,"body":"<html>Bad gateway</html>"}"#)
        #expect(event.status == 502 && event.outcome == .failed && event.usage == nil)
    }

    @Test func aStreamThatBrokeOffIsInterrupted() throws {
        let event = try event(quoted("data: {\"choices\":[{\"delta\":{}}]}\n\n"))
        #expect(event.outcome == .interrupted && event.usage == nil && event.isStream == true)
    }

    @Test func whoServedIsReadFromARoutersBody() throws {
        let body = #"{"provider":"OpenAI","usage":{"prompt_tokens":1}}"#
        let routed = try decode(#"{"time":"2026-06-01","biller":"openrouter","response":\#(body)}"#).event
        #expect(routed.offering.provider == "openai")
        #expect(try event(body).offering.provider == nil)
    }

    @Test func othersAnswersAreCounted() throws {
        let body = #"{"id":"m","usage":{"input_tokens":3,"cache_read_input_tokens":4,"service_tier":"batch"}}"#
        let event = try event(body)
        #expect(event.usage == .of([.input: 3, .cacheRead: 4]) && event.offering.serviceTier == "batch")
        let turnedAway = try decode(
            #"{"time":"2026-06-01","biller":"huggingface","status":503,"response":{"error":"loading"}}"#
        ).event
        #expect(turnedAway.usage == .of([.input: 0, .output: 0]) && turnedAway.outcome == .failed)
    }
}
