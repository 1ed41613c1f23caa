import DurableQueue
import FakeProvider
import Foundation
import TallyCore
import TallyTestSupport
import Testing

@testable import TallyService

/// Clients that leave, stop reading, or send what is no request.
@Suite(.timeLimit(.minutes(5)))
struct ClientFaultTests {
    /// A response in two parts, between which the client leaves.
    struct Halves: Sendable, CustomTestStringConvertible {
        let name: String
        var path = "/raw/v1/chat/completions"
        let first: String
        let rest: String

        var testDescription: String { name }
    }

    private static let stream = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
    private static let body = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n"

    static let halves = [
        Halves(
            name: "a stream of a chat", first: stream + "data: {\"model\":\"m-1\",\"choices\":[]}\n\n",
            rest: "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\ndata: [DONE]\n\n"),
        Halves(
            name: "a stream of a message", path: "/raw/v1/messages",
            first: stream + "event: message_start\ndata: {\"type\":\"message_start\",\"message\":"
                + "{\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}\n\n",
            rest: "event: message_delta\ndata: {\"type\":\"message_delta\",\"usage\":{\"output_tokens\":4}}\n\n"
                + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"),
        Halves(
            name: "a stream of a response", path: "/raw/v1/responses",
            first: stream + "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{}}\n\n",
            rest: "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":"
                + "{\"usage\":{\"input_tokens\":3,\"output_tokens\":4}}}\n\n"),
        Halves(
            name: "a body", first: body + "{\"id\":\"c-1\",",
            rest: "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}"),
        Halves(
            name: "before the head", first: "",
            rest: body + "{\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}"),
    ]

    /// The client is gone before the rest is sent, and the rest is read all the same.
    @Test(arguments: halves, [true, false])
    func responseIsReadOnForItsUsage(_ halves: Halves, resets: Bool) async throws {
        let gate = DispatchSemaphore(value: 0)
        let upstream = try RawUpstream { connection in
            guard connection.request() != nil else { return }
            connection.socket.send(halves.first)
            gate.wait()
            connection.socket.send(halves.rest)
        }
        try await ProxyStage.run(.with(upstream)) { stage in
            try await Self.leave(stage, halves, resets: resets)
            try await stage.settle()
            gate.signal()
            let event = try await stage.event()
            #expect(event.outcome == .interrupted)
            #expect(event.status == 200)
            #expect(event.details?.errorType == .cancelled)
            #expect(event.usage?.inputTokens == 3)
            #expect(event.usage?[.output] == 4)
        }
    }

    private static func leave(_ stage: ProxyStage, _ halves: Halves, resets: Bool) async throws {
        let client = try stage.connect()
        try await client.send(TestCall(halves.path, "{\"stream\":true}"))
        if halves.first.isEmpty { try await stage.settle() } else { try await client.receive(until: "\r\n\r\n") }
        if resets { client.socket.resetsWhenClosed() }
    }

    @Test func requestOfAClientThatIsGoneAtOnceIsMade() async throws {
        try await ProxyStage.run { stage in
            let (port, bytes) = (stage.port, TestCall.chatStream.bytes)
            try await offPool {
                for _ in 1...100 { try TestSocket(port: port).send(bytes) }
            }
            let events = try await stage.events(100)
            #expect(events.allSatisfy { $0.outcome == .interrupted || $0.outcome == .complete })
            #expect(events.allSatisfy { $0.usage?[.output] == 20 })
        }
    }

    @Test func responseIsReadOnForSoManyBytesOnly() async throws {
        try await ProxyStage.run(ProxySetup(settings: ["drain_bytes": "10000"])) { stage in
            let client = try stage.connect()
            try await client.send(
                TestCall.chatStream.scripted((.chunkInterval, "1"), (.chunks, "100000"), (.chunkBytes, "500")))
            try await client.receive(until: "data: ")
            client.socket.hangUp()
            let event = try await stage.event()
            #expect(event.outcome == .interrupted)
            #expect(event.usage == nil)
            #expect(try await stage.provider.calls(ended: 1).map(\.outcome) == [.cut])
        }
    }

    @Test(arguments: ["1", "0"])
    func responseIsReadOnForSoLongOnly(seconds: String) async throws {
        try await ProxyStage.run(ProxySetup(settings: ["drain_seconds": seconds])) { stage in
            let client = try stage.connect()
            try await client.send(TestCall.messagesStream.scripted((.stall, "after-3-chunks")))
            try await client.receive(until: "content_block_delta")
            client.socket.hangUp()
            let event = try await stage.event()
            #expect(event.outcome == .interrupted)
            #expect(event.details?.errorType == .cancelled)
            // Anthropic states the prompt first.
            #expect(event.usage?.inputTokens == 5)
            #expect(try await stage.provider.calls(ended: 1).map(\.outcome) == [.cut])
        }
    }

    @Test func clientThatLeavesAmidItsRequestSentNothing() async throws {
        try await ProxyStage.run { stage in
            let client = try stage.connect()
            let head = TestCall.chat.head
            try await client.send(head + "{\"model\":")
            try await stage.settle()
            client.socket.hangUp()
            try await stage.settle()
            #expect(stage.spool.backlog.records == 0)
            #expect(stage.provider.calls.allSatisfy { $0.method == "GET" })
        }
    }

    @Test func clientThatLeavesAmidAnUploadIsRecorded() async throws {
        try await ProxyStage.run(ProxySetup(settings: ["max_inspected_bytes": "1024"])) { stage in
            let client = try stage.connect()
            var call = TestCall.chat
            call.body = String(repeating: "x", count: 100_000)
            try await client.send(call.head + String(repeating: "x", count: 50_000))
            try await stage.settle()
            client.socket.hangUp()
            let event = try await stage.event()
            #expect(event.outcome == .interrupted)
            #expect(event.usage == nil)
            #expect(stage.provider.calls.allSatisfy { $0.method == "GET" })
        }
    }

    @Test func clientThatTakesNothingHoldsTheUpstreamUp() async throws {
        let settings = ["client_timeout_seconds": "2", "drain_bytes": "1000000"]
        try await ProxyStage.run(ProxySetup(settings: settings)) { stage in
            let client = try stage.connect(receiveBytes: 4_096)
            try await client.send(
                TestCall.chatStream.scripted((.chunks, "1000000"), (.chunkBytes, "10000")))
            try await client.receive(until: "data: ")
            // It reads no more, and in the end it is as good as gone.
            let event = try await stage.event()
            #expect(event.outcome == .interrupted)
            #expect(event.usage == nil)
            // Of ten gigabytes no more came than the buffers on the way hold, and what is read on for the usage.
            #expect(stage.provider.counters.bytesSent < 64 << 20)
        }
    }

    @Test func clientThatIsSlowGetsAll() async throws {
        try await ProxyStage.run { stage in
            let client = try stage.connect(receiveBytes: 4_096)
            try await client.send(TestCall.chatStream.scripted((.chunks, "2000"), (.chunkBytes, "10000")))
            try await client.receive(until: "data: ")
            try await stage.settle()
            #expect(stage.provider.calls.first?.outcome == .underway)
            let seen = try await client.response()
            #expect(seen.ending == .whole)
            #expect(seen.body.count > 20_000_000)
            #expect(try await stage.event().usage?[.output] == 2000)
        }
    }

    @Test func requestThatDoesNotComeIsRefused() async throws {
        try await ProxyStage.run(ProxySetup(settings: ["client_timeout_seconds": "2"])) { stage in
            let client = try stage.connect()
            try await client.send(TestCall.chat.head + "{\"model\":")
            let seen = try await client.response()
            #expect(seen.status == 408)
            #expect(seen.text.contains("\"code\":\"request_timeout\""))
            #expect(try await client.end() == .closed)
            #expect(stage.spool.backlog.records == 0)
        }
    }

    @Test func uploadThatStopsIsRefusedAndRecorded() async throws {
        let settings = ["client_timeout_seconds": "2", "max_inspected_bytes": "1024"]
        try await ProxyStage.run(ProxySetup(settings: settings)) { stage in
            let client = try stage.connect()
            var call = TestCall.chat
            call.body = String(repeating: "x", count: 100_000)
            try await client.send(call.head + String(repeating: "x", count: 50_000))
            let seen = try await client.response()
            #expect(seen.status == 408)
            let event = try await stage.event()
            #expect(event.outcome == .interrupted)
            #expect(event.usage == nil)
        }
    }

    @Test func connectionWithoutARequestIsClosed() async throws {
        try await ProxyStage.run(ProxySetup(settings: ["client_timeout_seconds": "2"])) { stage in
            let client = try stage.connect()
            #expect(try await client.end() == .closed)
            let other = try stage.connect()
            try await other.send(.models)
            #expect(try await other.response(to: "GET").status == 200)
            #expect(try await other.end() == .closed)
        }
    }

    @Test(arguments: [
        "nonsense\r\n\r\n", "GET /openai/v1/models HTTP/1.1\r\nbad header: x\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "POST /openai/v1/chat/completions HTTP/1.1\r\ncontent-length: x\r\n\r\n",
        "POST /openai/v1/chat/completions HTTP/1.1\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}",
    ])
    func noHTTPIsAnsweredOnceAndClosed(bytes: String) async throws {
        try await ProxyStage.run { stage in
            let client = try stage.connect()
            try await client.send(bytes)
            client.socket.finishSending()
            let seen = try await client.response()
            #expect(seen.status == 400 || seen.status == 0)
            _ = try await client.end()
            #expect(stage.spool.backlog.records == 0)
            #expect(stage.provider.calls.isEmpty)
        }
    }

    @Test func spoiltChunkOfAnUploadEndsTheCall() async throws {
        try await ProxyStage.run(ProxySetup(settings: ["max_inspected_bytes": "1024"])) { stage in
            let client = try stage.connect()
            let size = String(4096, radix: 16)
            try await client.send(
                "POST /openai/v1/chat/completions HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n"
                    + "\(size)\r\n\(String(repeating: "x", count: 4096))\r\nno size\r\n")
            _ = try await client.end()
            #expect(try await stage.event().outcome == .interrupted)
            #expect(stage.provider.calls.isEmpty)
        }
    }
}
