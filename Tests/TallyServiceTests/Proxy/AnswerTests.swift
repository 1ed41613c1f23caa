import FakeProvider
import TallyCore
import TallyMetering
import TallyTestSupport
import Testing

@testable import TallyService

/// Answers as they should be, in all their forms.
@Suite(.timeLimit(.minutes(5)))
struct AnswerTests {
    @Test(arguments: [
        Scenario("a chat", .chat, .whole(200), .complete, nil, .known),
        Scenario("a stream of a chat", .chatStream, .whole(200), .complete, nil, .known, stream: true),
        Scenario("a stream with usage", .chatStreamWithUsage, .whole(200), .complete, nil, .known, stream: true),
        Scenario("a message", .messages, .whole(200), .complete, nil, .known),
        Scenario("a stream of a message", .messagesStream, .whole(200), .complete, nil, .known, stream: true),
        Scenario("a response", .responses, .whole(200), .complete, nil, .known),
        Scenario("a stream of a response", .responsesStream, .whole(200), .complete, nil, .known, stream: true),
        Scenario("chunked", .chat, script: [(.framing, "chunked")], .whole(200), .complete, nil, .known),
        Scenario(
            "until the connection closes", .chat, script: [(.framing, "close")], .whole(200), .complete, nil, .known),
        Scenario(
            "a stream until the connection closes", .chatStream, script: [(.framing, "close")], .whole(200), .complete,
            nil,
            .known, stream: true),
        Scenario("an interim head", .chat, script: [(.interim, "103")], .whole(200), .complete, nil, .known),
        Scenario("gzip", .chat, script: [(.encoding, "gzip")], .whole(200), .complete, nil, .known),
        Scenario("deflate", .chat, script: [(.encoding, "deflate")], .whole(200), .complete, nil, .known),
        Scenario("raw deflate", .chat, script: [(.encoding, "raw-deflate")], .whole(200), .complete, nil, .known),
        Scenario(
            "a stream of gzip", .chatStreamWithUsage, script: [(.encoding, "gzip")], .whole(200), .complete, nil,
            .known,
            stream: true),
        Scenario(
            "a stream of deflate", .messagesStream, script: [(.encoding, "deflate")], .whole(200), .complete, nil,
            .known,
            stream: true),
        Scenario(
            "byte by byte", .chatStreamWithUsage, script: [(.split, "1")], .whole(200), .complete, nil, .known,
            stream: true),
        Scenario(
            "lines that end with CR LF", .chatStream, script: [(.lineEnd, "crlf")], .whole(200), .complete, nil, .known,
            stream: true),
        Scenario(
            "comments first", .chatStream, script: [(.keepAlives, "5")], .whole(200), .complete, nil, .known,
            stream: true),
        Scenario(
            "without a terminal event", .chatStreamWithUsage, script: [(.noDone, "true")], .whole(200), .complete, nil,
            .known,
            stream: true),
        Scenario("without usage", .chat, script: [(.noUsage, "true")], .whole(200), .complete, nil, .unknown),
        Scenario(
            "a stream without usage", .chatStream, script: [(.noUsage, "true")], .whole(200), .complete, nil, .unknown,
            stream: true),
        Scenario("an empty id", .chat, script: [(.emptyID, "true")], .whole(200), .complete, nil, .known),
        Scenario(
            "an error event", .messagesStream, script: [(.errorAfter, "3")], .whole(200), .failed, .errorInStream,
            .partly,
            stream: true),
        Scenario(
            "an error event of a chat", .chatStream, script: [(.errorAfter, "3")], .whole(200), .failed, .errorInStream,
            .unknown, stream: true),
    ])
    func isRelayedAndRecorded(_ scenario: Scenario) async throws {
        try await scenario.check()
    }

    @Test(arguments: [
        (401, ErrorType.unauthorized), (402, .creditsExhausted), (403, .forbidden), (404, .notFound),
        (422, .invalidRequest), (429, .rateLimited), (500, .serverError), (503, .unavailable), (529, .overloaded),
    ])
    func refusalOfTheProviderIsNotCharged(status: Int, error: ErrorType) async throws {
        let scenario = Scenario(
            "\(status)", .chat, script: [(.status, "\(status)")], .whole(status), .failed, error, .nothing)
        try await scenario.check()
    }

    @Test(arguments: [408, 504, 524])
    func timeoutOfTheProviderMayHideACharge(status: Int) async throws {
        let scenario = Scenario(
            "\(status)", .chat, script: [(.status, "\(status)")], .whole(status), .failed, .timeout, .unknown)
        try await scenario.check()
    }

    @Test func limitsAndColdStartsAreKept() async throws {
        try await ProxyStage.run { stage in
            let chat = TestCall.chat.to("/huggingface/v1/chat/completions")
            _ = try await stage.response(to: chat.scripted((.status, "503")))
            _ = try await stage.response(to: chat.scripted((.status, "429")))
            let events = try await stage.events(2)
            #expect(events.map { $0.details?.errorType } == [.loading, .rateLimited])
            #expect(events.map { $0.details?.estimatedTimeMs } == [20_000, nil])
            #expect(events.map { $0.details?.retryAfterMs } == [20_000, 55_000])
            #expect(events.map { $0.details?.rateLimitRemaining } == [nil, 0])
            #expect(events.map { $0.details?.rateLimitResetMs } == [nil, 55_000])
        }
    }

    @Test func usageIsAskedForAndTakenOutAgain() async throws {
        try await ProxyStage.run { stage in
            let direct = try TestClient(port: stage.provider.port)
            try await direct.send(TestCall.chatStream.to("/openai/v1/chat/completions"))
            let plain = try await direct.response()
            let seen = try await stage.response(to: .chatStream)
            // Ids and times aside, which differ from call to call.
            #expect(seen.text.split(separator: "\n").count == plain.text.split(separator: "\n").count)
            #expect(!seen.text.contains("\"usage\":{"))
            let asked = try #require(stage.provider.calls.last)
            #expect(String(decoding: asked.body, as: UTF8.self).contains("\"include_usage\":true"))
            #expect(asked.header("accept-encoding") == "identity")
            #expect(try await stage.event().usage?[.output] == 20)
        }
    }

    @Test func clientsOwnWordOnUsageStands() async throws {
        try await ProxyStage.run { stage in
            var call = TestCall.chatStream
            call.body = #"{"model":"m-1","stream":true,"stream_options":{"include_usage":false},"messages":[]}"#
            let seen = try await stage.response(to: call)
            #expect(!seen.text.contains("\"usage\":{"))
            #expect(stage.provider.calls.last.map { String(decoding: $0.body, as: UTF8.self) } == call.body)
            #expect(try await stage.event().usage == nil)
            let asked = try await stage.response(to: .chatStreamWithUsage)
            #expect(asked.text.contains("\"usage\":{"))
        }
    }

    @Test func usageIsNotAskedForWhereTheUpstreamHasItOff() async throws {
        try await ProxyStage.run { stage in
            let call = TestCall.chatStream.to("/openrouter/v1/chat/completions")
            let seen = try await stage.response(to: call)
            #expect(seen.text.contains("\"usage\":{"))
            #expect(stage.provider.calls.last.map { String(decoding: $0.body, as: UTF8.self) } == call.body)
            let event = try await stage.event()
            #expect(event.usage?[.output] == 20)
            #expect(event.reportedCost != nil)
        }
    }

    @Test func identitiesOfTwoCallsDifferWhateverTheProviderSays() async throws {
        try await ProxyStage.run { stage in
            for _ in 1...2 { _ = try await stage.response(to: .chat.scripted((.emptyID, "true"))) }
            let events = try await stage.events(2)
            #expect(events[0].identity != events[1].identity)
        }
    }
}
