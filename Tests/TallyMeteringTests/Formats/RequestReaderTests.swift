import TallyCore
import TallyMetering
import Testing

struct RequestReaderTests {
    private func event(_ request: String) throws -> UsageEvent {
        try decode(with: #""request":\#(request)"#).event
    }

    @Test func readsWhatABodySaysOfTheCall() throws {
        let request = #"{"model":"m","user":"u","stream":false,"metadata":{"team":"a"},"messages":[{"content":"x"}]}"#
        for json in [request, #"{"method":"POST","url":"/v1/chat/completions","body":\#(request)}"#] {
            let event = try event(json)
            #expect(event.offering.model == "m" && event.attribution.user == "u" && event.isStream == false)
            #expect(event.attribution.tags == ["team": "a"])
        }
    }

    @Test func whatIsOfAnotherShapeIsPassedOver() throws {
        let event = try event(#"{"model":7,"user":{},"stream":"yes","metadata":"text","body":null}"#)
        #expect(event.offering == Offering() && event.attribution == Attribution() && event.isStream == nil)
    }
}
