import DurableQueue
import FakeProvider
import TallyCore
import TallyTestSupport
import Testing

@testable import TallyService

/// What a client waits for is not released before its call is recorded (I4).
@Suite(.timeLimit(.minutes(5)))
struct ReleaseTests {
    /// A kind of response: what its client may have before the call is recorded, and what ends it.
    struct Kind: Sendable, CustomTestStringConvertible {
        let name: String
        let call: TestCall
        /// The last text that may pass at once; `nil` where nothing may.
        let before: String?
        /// The text that must not.
        let end: String

        var testDescription: String { name }
    }

    static let kinds = [
        Kind(name: "a gathered body", call: .chat, before: nil, end: "HTTP/1.1"),
        Kind(
            name: "a gathered body, compressed", call: .chat.scripted((.encoding, "gzip")), before: nil,
            end: "HTTP/1.1"),
        Kind(name: "a refusal", call: .chat.scripted((.status, "500")), before: nil, end: "HTTP/1.1"),
        Kind(name: "an upstream's reset", call: .chat.scripted((.reset, "before-head")), before: nil, end: "HTTP/1.1"),
        Kind(name: "a stream of a chat", call: .chatStream, before: "\"finish_reason\":\"stop\"", end: "[DONE]"),
        Kind(
            name: "a stream of a chat with usage", call: .chatStreamWithUsage, before: "\"usage\":{", end: "[DONE]"),
        Kind(name: "a stream of a completion", call: .completionsStream, before: "data: ", end: "[DONE]"),
        Kind(
            name: "a stream of a message", call: .messagesStream, before: "event: message_delta",
            end: "event: message_stop"),
        Kind(
            name: "a stream of a response", call: .responsesStream, before: "response.output_text.delta",
            end: "event: response.completed"),
        Kind(
            name: "a stream that closes", call: .chatStream.scripted((.framing, "close")),
            before: "\"finish_reason\":\"stop\"", end: "[DONE]"),
        Kind(
            name: "a stream without a terminal event", call: .chatStream.scripted((.noDone, "true")),
            before: "\"finish_reason\":\"stop\"", end: "\r\n0\r\n"),
        Kind(
            name: "a stream with an error", call: .messagesStream.scripted((.errorAfter, "3")),
            before: "event: content_block_delta", end: "event: error"),
        Kind(
            name: "a chat stream with an error", call: .chatStream.scripted((.errorAfter, "3")),
            before: "\"delta\"", end: "\"error\""),
        Kind(
            name: "a chunked body", call: .chat.scripted((.framing, "chunked")), before: "{\"id\"",
            end: "\r\n0\r\n"),
        Kind(
            name: "a body that closes", call: .chat.scripted((.framing, "close")), before: "{\"id\"",
            end: "\r\n0\r\n"),
        Kind(
            name: "a compressed stream", call: .chatStreamWithUsage.scripted((.encoding, "gzip")), before: "\r\n\r\n",
            end: "\r\n0\r\n"),
    ]

    @Test(arguments: kinds)
    func endComesBehindTheRecord(_ kind: Kind) async throws {
        let gate = RecordGate()
        try await ProxyStage.run(ProxySetup(append: { gate.append(to: $0) })) { stage in
            let client = try stage.connect()
            try await client.send(kind.call)
            if let before = kind.before { #expect(try await client.receive(until: before)) }
            await gate.holdsRecord()
            _ = try await stage.provider.calls(ended: 1)
            try await stage.settle()
            client.look()
            #expect(!client.received.contains(kind.end))
            #expect(stage.spool.backlog.records == 0)
            gate.open()
            let seen = try await client.response()
            #expect(seen.ending == .whole)
            #expect(stage.spool.backlog.records == 1)
        }
    }

    /// Of bodies that are neither gathered nor events, the last byte waits.
    @Test(arguments: [[(ScriptItem, String)]([(.framing, "chunked")]), [(.chunks, "1000"), (.chunkBytes, "2000")]])
    func lastByteComesBehindTheRecord(script: [(ScriptItem, String)]) async throws {
        let gate = RecordGate()
        try await ProxyStage.run(ProxySetup(append: { gate.append(to: $0) })) { stage in
            let client = try stage.connect()
            try await client.send(TestCall.chat.scripted(script))
            #expect(try await client.receive(until: "total_tokens"))
            await gate.holdsRecord()
            try await stage.settle()
            client.look()
            let held = client.seenSoFar.body.count
            gate.open()
            let seen = try await client.response()
            #expect(seen.ending == .whole)
            #expect(held == seen.body.count - 1)
        }
    }

    @Test func longBodyIsRelayedWithoutItsLastByteBeforeItIsRecorded() async throws {
        let gate = RecordGate()
        let length = 3 << 20
        try await ProxyStage.run(ProxySetup(append: { gate.append(to: $0) })) { stage in
            let client = try stage.connect()
            try await client.send(TestCall.chat.scripted((.bodyBytes, "\(length)")))
            try await client.receive(until: String(repeating: "x", count: length - 1))
            await gate.holdsRecord()
            try await stage.settle()
            client.look()
            let head = try #require(client.received.firstRange(of: "\r\n\r\n"))
            #expect(client.received[head.upperBound...].utf8.count == length - 1)
            gate.open()
            #expect(try await client.response().body.count == length)
        }
    }

    @Test func callThatIsNotRecordedWaitsForNothing() async throws {
        let gate = RecordGate()
        try await ProxyStage.run(ProxySetup(append: { gate.append(to: $0) })) { stage in
            let seen = try await stage.response(to: .models)
            #expect(seen.status == 200 && seen.ending == .whole)
            #expect(seen["x-tally-event-id"] == nil)
            #expect(stage.spool.backlog.records == 0)
        }
    }

    @Test func recordThatFailsKeepsTheEndBack() async throws {
        try await ProxyStage.run(ProxySetup(append: { Self.failing($0) })) { stage in
            let gathered = try await stage.response(to: .chat)
            #expect(gathered.status == 503)
            #expect(gathered.text.contains("\"code\":\"spool_full\""))
            let stream = try await stage.response(to: .chatStream)
            #expect(stream.status == 200)
            #expect(stream.ending == .cutOff)
            #expect(!stream.text.contains("[DONE]"))
            let chunked = try await stage.response(to: .chat.scripted((.framing, "chunked")))
            #expect(chunked.ending == .cutOff)
            let refused = try await stage.response(to: .chat.scripted((.reset, "before-head")))
            #expect(refused.status == 503 || refused.status == 502)
            #expect(refused.ending == .whole)
        }
    }

    @Test func recordThatFailsMayPass() async throws {
        let setup = ProxySetup(settings: ["on_spool_full": "pass"], append: { Self.failing($0) })
        try await ProxyStage.run(setup) { stage in
            #expect(try await stage.response(to: .chat).status == 200)
            let stream = try await stage.response(to: .chatStream)
            #expect(stream.ending == .whole)
            #expect(stream.text.contains("[DONE]"))
            let broken = try await stage.response(to: .chatStream.scripted((.reset, "after-3-chunks")))
            #expect(broken.ending == .cutOff)
            #expect(stage.spool.backlog.records == 0)
        }
    }

    /// A spool that admits calls and then cannot write them.
    private static func failing(_ spool: DurableQueue) -> MeteringProxy.Parts.Append {
        { records in
            for record in records { record.refuse(.diskFull(folder: "/spool")) }
        }
    }
}
