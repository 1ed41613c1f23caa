import DurableQueue
import FakeProvider
import TallyCore
import TallyTestSupport
import Testing

@testable import TallyService

/// A spool without room for another call.
@Suite(.timeLimit(.minutes(5)))
struct SpoolFullTests {
    @Test func callIsRefusedBeforeAnythingIsSent() async throws {
        try await ProxyStage.run(ProxySetup(maximumRecords: 1)) { stage in
            #expect(try await stage.response(to: .chat).status == 200)
            let refused = try await stage.response(to: .chat)
            #expect(refused.status == 503)
            #expect(refused["retry-after"] == "1")
            #expect(refused.text.contains("\"code\":\"spool_full\""))
            #expect(stage.provider.calls.count == 1)
            // What is not recorded is relayed all the same.
            #expect(try await stage.response(to: .models).status == 200)
            let last = try await stage.spool.read(after: 0, maximumRecords: 1, maximumBytes: 1 << 20)
            try await stage.spool.remove(through: try #require(last.last).sequence)
            #expect(try await stage.response(to: .chat).status == 200)
        }
    }

    /// With `pass` a call goes on unrecorded, whatever becomes of it.
    @Test(arguments: [
        Scenario("a chat", .chat, .whole(200), .complete, nil, .known),
        Scenario("a stream", .chatStream, .whole(200), .complete, nil, .known),
        Scenario(
            "a reset before the head", .chat, script: [(.reset, "before-head")], .refusal(502, "upstream_unreachable"),
            .failed, nil, .unknown),
        Scenario(
            "a reset amid a body", .chat, script: [(.reset, "mid-body")], .cutOff(200), .failed, nil, .unknown),
        Scenario(
            "a reset amid a stream", .chatStream, script: [(.reset, "after-3-chunks")], .cutOff(200), .failed, nil,
            .unknown),
    ])
    func callPassesWithAGap(_ scenario: Scenario) async throws {
        try await ProxyStage.run(ProxySetup(settings: ["on_spool_full": "pass"], maximumRecords: 1)) { stage in
            #expect(try await stage.response(to: .chat).status == 200)
            scenario.expect(try await stage.response(to: scenario.call))
            #expect(stage.spool.backlog.records == 1)
            #expect(try await stage.response(to: .models).status == 200)
        }
    }

    /// What Tally asked for, it takes out again, whether the call is recorded or not.
    @Test func usageThatWasAskedForIsTakenOutThoughTheCallIsNotRecorded() async throws {
        try await ProxyStage.run(ProxySetup(settings: ["on_spool_full": "pass"], maximumRecords: 1)) { stage in
            let recorded = try await stage.response(to: .chatStream)
            let passed = try await stage.response(to: .chatStream)
            #expect(!recorded.text.contains("\"usage\":{"))
            #expect(!passed.text.contains("\"usage\":{"))
        }
    }
}
