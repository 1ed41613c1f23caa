import CurlTransport
import TallyCore
import TallyMetering
import Testing

@testable import TallyService

/// How calls end: what they used, their outcome, and their error.
struct CallOutcomeTests {
    private enum Used { case nothing, unknown }

    private static let noServer = [
        "/openai/v1/chat/completions", "/v1/chat/completions", "/fal/fal-ai/flux", "/mistral/v1/chat/completions",
    ]

    /// Nothing reached the provider.
    @Test(arguments: [
        (TransferFailure.unreachable(detail: "x"), ErrorType.unreachable), (.untrusted(detail: "x"), .untrusted),
        (.timedOut(.connect), .timeout), (.badRequest(detail: "x"), .invalidRequest),
    ])
    func whatWasNotSentUsedNothing(failure: TransferFailure, type: ErrorType) throws {
        for uri in Self.noServer {
            let event = try RelayedCall(uri: uri, model: "m", status: nil, failure: failure).event()
            #expect(event.usage == .nothing && event.outcome == .failed && event.status == nil)
            #expect(event.details?.errorType == type && event.ttfbMs == nil)
        }
    }

    /// The provider may have served it, and sends its bill.
    @Test(arguments: [
        (TransferFailure.timedOut(.firstByte), ErrorType.timeout), (.timedOut(.total), .timeout),
        (.malformed(detail: "x"), .malformedResponse), (.failed(code: 52, detail: "x"), .other), (.cancelled, .other),
    ])
    func whatMayHaveBeenServedIsUnknown(failure: TransferFailure, type: ErrorType) throws {
        for uri in Self.noServer {
            let event = try RelayedCall(uri: uri, model: "m", status: nil, failure: failure).event()
            #expect(event.usage == nil && event.outcome == .failed && event.details?.errorType == type)
        }
    }

    @Test(arguments: [400, 401, 402, 403, 404, 422, 429, 500, 502, 503, 529, 599])
    func aRefusalUsedNothing(status: Int) throws {
        for uri in ["/openai/v1/chat/completions", "/v1/chat/completions", "/openrouter/v1/chat/completions"] {
            var call = RelayedCall(uri: uri, model: "m", status: status, body: #"{"error":{"message":"x"}}"#)
            let event = try call.event()
            #expect(event.usage == .nothing && event.outcome == .failed && event.status == status)
            #expect(event.details?.errorType == ErrorType(status: status))
            // That its body broke off does not make it another.
            call.failure = .cutOff(detail: "x")
            let broken = try call.event()
            #expect(broken.usage == .nothing && broken.outcome == .failed)
            #expect(broken.details?.errorType == ErrorType(status: status))
        }
    }

    @Test(arguments: [408, 499, 504, 524])
    func aTimeoutOnTheWayIsUnknown(status: Int) throws {
        let event = try RelayedCall(uri: "/openai/v1/chat/completions", model: "m", status: status, body: "{}").event()
        #expect(event.usage == nil && event.outcome == .failed)
        // Hugging Face asks only about answers with 2xx and 3xx.
        let routed = try RelayedCall(model: "m", status: status, body: "{}").event()
        #expect(routed.usage == .nothing)
    }

    /// fal may charge for what it found invalid while it worked on it.
    @Test func falsInvalidRequestIsUnknown() throws {
        #expect(try RelayedCall(uri: "/fal/fal-ai/flux", status: 422, body: "{}").event().usage == nil)
        #expect(try RelayedCall(uri: "/fal/fal-ai/flux", status: 400, body: "{}").event().usage == .nothing)
        #expect(try RelayedCall(uri: "/fal/fal-ai/flux", status: 500, body: "{}").event().usage == .nothing)
    }

    @Test func whatTheResponseSaysCounts() throws {
        let body = #"{"error":{"message":"x"},"usage":{"prompt_tokens":3,"completion_tokens":0}}"#
        let event = try RelayedCall(uri: "/openai/v1/chat/completions", model: "m", status: 500, body: body).event()
        #expect(event.usage?[.input] == 3 && event.outcome == .failed)
    }

    @Test func aResponseThatSaysNothingIsUnknown() throws {
        for status in [200, 204, 302] {
            let event = try RelayedCall(model: "m", status: status, body: nil).event()
            #expect(event.usage == nil && event.outcome == .complete && event.details?.errorType == nil)
        }
    }

    /// A status that is none is not kept, since no record could hold it.
    @Test(arguments: [600, 799, 999])
    func aStatusOutsideOfHTTPIsNone(status: Int) throws {
        let event = try RelayedCall(model: "m", status: status, body: "{}").event()
        #expect(event.status == nil && event.outcome == .failed && event.details?.errorType == .serverError)
    }

    @Test func aColdStartIsOne() throws {
        var call = RelayedCall(model: "m", status: 503, body: #"{"error":"Model m is loading","estimated_time":20.5}"#)
        call.headers = [("Retry-After", "30")]
        let details = try #require(try call.event().details)
        #expect(details.errorType == .loading && details.estimatedTimeMs == 20_500 && details.retryAfterMs == 30_000)
    }

    @Test func anExhaustedQuotaIsNoRateLimit() throws {
        let body = #"{"error":{"message":"x","type":"insufficient_quota","code":"insufficient_quota"}}"#
        let event = try RelayedCall(uri: "/openai/v1/responses", model: "m", status: 429, body: body).event()
        #expect(event.details?.errorType == .creditsExhausted)
    }

    // MARK: Streams

    private static let begun = "data: {\"id\":\"g\",\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n"
    private static let used =
        "data: {\"id\":\"g\",\"choices\":[],\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":1}}\n\n"
    private static let done = "data: [DONE]\n\n"

    @Test func aStreamComesWhole() throws {
        let event = try RelayedCall(model: "m", stream: (Self.begun + Self.used + Self.done, true)).event()
        #expect(event.outcome == .complete && event.isStream == true && event.usage?[.input] == 4)
        #expect(event.details?.errorType == nil)
    }

    /// ``Outcome/failed``: the upstream broke it off.
    @Test(arguments: [
        (TransferFailure.cutOff(detail: "x"), ErrorType.cutOff), (.timedOut(.idle), .timeout),
        (.timedOut(.total), .timeout), (.cancelled, .other),
    ])
    func aStreamThatBreaksHasFailed(failure: TransferFailure, type: ErrorType) throws {
        var call = RelayedCall(model: "m", stream: (Self.begun, false), failure: failure)
        let event = try call.event()
        #expect(event.outcome == .failed && event.usage == nil && event.details?.errorType == type)
        call.stream = (Self.begun + Self.used, false)
        #expect(try call.event().usage?[.input] == 4)
    }

    @Test func aStreamThatJustEndsIsCutOff() throws {
        let event = try RelayedCall(model: "m", stream: (Self.begun, false)).event()
        #expect(event.outcome == .failed && event.details?.errorType == .cutOff)
    }

    @Test func aStreamMayReportAnError() throws {
        let error = "data: {\"error\":{\"message\":\"x\",\"code\":502}}\n\n"
        let event = try RelayedCall(model: "m", stream: (Self.begun + error + Self.done, true)).event()
        #expect(event.outcome == .failed && event.details?.errorType == .errorInStream && event.usage == nil)
    }

    @Test func aClientThatLeavesInterrupts() throws {
        // The upstream was read to its end.
        var call = RelayedCall(model: "m", stream: (Self.begun + Self.used + Self.done, true), clientLeft: true)
        var event = try call.event()
        #expect(event.outcome == .interrupted && event.usage?[.input] == 4)
        #expect(event.details?.errorType == .cancelled)
        // It was not.
        call.stream = (Self.begun, false)
        call.failure = .cancelled
        event = try call.event()
        #expect(event.outcome == .interrupted && event.usage == nil && event.details?.errorType == .cancelled)
        // It had not begun.
        event = try RelayedCall(model: "m", status: nil, failure: .cancelled, clientLeft: true).event()
        #expect(event.outcome == .interrupted && event.usage == nil && event.details?.errorType == .cancelled)
    }
}
