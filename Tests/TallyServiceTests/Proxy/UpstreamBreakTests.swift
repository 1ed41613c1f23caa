import FakeProvider
import TallyCore
import TallyMetering
import TallyTestSupport
import Testing

@testable import TallyService

/// Upstreams that break off, stall, or send what is no answer.
@Suite(.timeLimit(.minutes(5)))
struct UpstreamBreakTests {
    private static let ways: [ScriptItem] = [.reset, .close]

    @Test(
        arguments: ways.flatMap { way in
            [
                Scenario(
                    "\(way) before the head", .chat, script: [(way, "before-head")],
                    .refusal(502, "upstream_unreachable"),
                    .failed, .other, .unknown),
                Scenario(
                    "\(way) before the head of a stream", .chatStream, script: [(way, "before-head")],
                    .refusal(502, "upstream_unreachable"), .failed, .other, .unknown),
                Scenario(
                    "\(way) behind the head", .chat, script: [(way, "after-head")],
                    .refusal(502, "upstream_unreachable"),
                    .failed, .cutOff, .unknown
                ).answered(200),
                Scenario(
                    "\(way) behind the head of a stream", .chatStream, script: [(way, "after-head"), (.flush, "each")],
                    .cutOff(200), .failed, .cutOff, .unknown, stream: true),
                Scenario(
                    "\(way) amid a body", .chat, script: [(way, "mid-body")], .refusal(502, "upstream_unreachable"),
                    .failed, .cutOff, .unknown
                ).answered(200),
                Scenario(
                    "\(way) amid a long body", .chat,
                    script: [(way, "mid-body"), (.chunks, "1000"), (.chunkBytes, "2000")],
                    .cutOff(200), .failed, .cutOff, .unknown),
                Scenario(
                    "\(way) amid a chunked body", .chat, script: [(way, "mid-body"), (.framing, "chunked")],
                    .cutOff(200), .failed, .cutOff, .unknown),
                Scenario(
                    "\(way) between two events", .chatStream, script: [(way, "after-3-chunks")], .cutOff(200), .failed,
                    .cutOff, .unknown, stream: true),
                Scenario(
                    "\(way) amid an event", .chatStream, script: [(way, "mid-event")], .cutOff(200), .failed, .cutOff,
                    .unknown, stream: true),
                Scenario(
                    "\(way) amid a stream of messages", .messagesStream, script: [(way, "after-3-chunks")],
                    .cutOff(200),
                    .failed, .cutOff, .partly, stream: true),
                Scenario(
                    "\(way) amid a stream of a response", .responsesStream, script: [(way, "after-3-chunks")],
                    .cutOff(200),
                    .failed, .cutOff, .unknown, stream: true),
                Scenario(
                    "\(way) amid a compressed stream", .chatStream,
                    script: [(way, "after-3-chunks"), (.encoding, "gzip")],
                    .cutOff(200), .failed, .cutOff, .unknown, stream: true),
            ]
        })
    func breaksOff(_ scenario: Scenario) async throws {
        try await scenario.check()
    }

    @Test func stallsBeforeTheHead() async throws {
        let scenario = Scenario(
            "before the head", .chat, script: [(.stall, "before-head")], .refusal(504, "upstream_timeout"), .failed,
            .timeout, .unknown)
        try await scenario.check(ProxySetup(settings: ["first_byte_timeout_seconds": "1"]))
    }

    @Test(arguments: [
        Scenario(
            "behind the head", .chat, script: [(.stall, "after-head")], .refusal(504, "upstream_timeout"), .failed,
            .timeout,
            .unknown
        ).answered(200),
        Scenario(
            "amid a stream", .chatStream, script: [(.stall, "after-3-chunks")], .cutOff(200), .failed, .timeout,
            .unknown,
            stream: true),
        Scenario(
            "amid an event", .messagesStream, script: [(.stall, "mid-event")], .cutOff(200), .failed, .timeout, .partly,
            stream: true),
        Scenario(
            "amid a long body", .chat, script: [(.stall, "mid-body"), (.chunks, "1000"), (.chunkBytes, "2000")],
            .cutOff(200), .failed, .timeout, .unknown),
    ])
    func stalls(_ scenario: Scenario) async throws {
        try await scenario.check(
            ProxySetup(settings: ["idle_timeout_seconds": "1"]))
    }

    @Test func takesTooLongInAll() async throws {
        let scenario = Scenario(
            "in all", .chatStream, script: [(.chunkInterval, "100"), (.chunks, "100000")], .cutOff(200), .failed,
            .timeout,
            .unknown, stream: true)
        try await scenario.check(ProxySetup(settings: ["total_timeout_seconds": "5"]))
    }

    @Test(arguments: [
        Scenario(
            "no HTTP", .chat, script: [(.garbage, "head")], .refusal(502, "upstream_unreachable"), .failed,
            .malformedResponse, .unknown),
        Scenario("a spoilt body", .chat, script: [(.garbage, "body")], .whole(200), .failed, .cutOff, .unknown),
        Scenario(
            "a spoilt event", .chatStream, script: [(.garbage, "sse")], .whole(200), .complete, nil, .known,
            stream: true),
        Scenario(
            "a body shorter than stated", .chat, script: [(.contentLength, "+10")],
            .refusal(502, "upstream_unreachable"),
            .failed, .cutOff, .known
        ).answered(200),
        Scenario(
            "a body longer than stated", .chat, script: [(.contentLength, "-10")], .whole(200), .failed, .cutOff,
            .unknown
        ),
        Scenario(
            "a long body shorter than stated", .chat,
            script: [(.contentLength, "+10"), (.chunks, "1000"), (.chunkBytes, "2000")], .cutOff(200), .failed, .cutOff,
            .known),
        Scenario(
            "a head of 300 KB", .chat, script: [(.headerBytes, "300000")], .refusal(502, "upstream_unreachable"),
            .failed,
            .malformedResponse, .unknown),
    ])
    func sendsNoProperAnswer(_ scenario: Scenario) async throws {
        try await scenario.check()
    }

    @Test func headOfTenThousandBytesPasses() async throws {
        let scenario = Scenario(
            "10,000 bytes", .chat, script: [(.headerBytes, "10000")], .whole(200), .complete, nil, .known)
        let (seen, _) = try await scenario.check()
        let bytes = seen.fields.filter { $0.name == "x-filler" }.map { $0.name.utf8.count + $0.value.utf8.count + 4 }
        #expect(bytes.reduce(0, +) == 10_000)
    }

    @Test func nobodyListens() async throws {
        let setup = ProxySetup.with(try RawUpstream.deaf())
        let scenario = Scenario(
            "nobody", TestCall.chat.to("/raw/v1/chat/completions"), .refusal(502, "upstream_unreachable"), .failed,
            .unreachable, .nothing)
        try await scenario.check(setup)
    }

    @Test func gigabyteFlowsThrough() async throws {
        try await ProxyStage.run { stage in
            let client = try stage.connect()
            try await client.send(TestCall.chat.scripted((.bodyBytes, "1073741824")))
            let (head, count) = try await client.responseCounted()
            #expect(head.status == 200)
            #expect(count == 1 << 30)
            let event = try await stage.event()
            #expect(event.outcome == .complete)
            #expect(event.usage == nil)
            #expect(event.details?.responseBytes == 1 << 30)
        }
    }
}
