import DurableQueue
import FakeProvider
import TallyCore
import TallyTestSupport
import Testing

@testable import TallyService

/// Connections that carry many requests, of all methods and versions.
@Suite(.timeLimit(.minutes(5)))
struct ProxyConnectionTests {
    @Test func oneConnectionCarriesHundredsOfCalls() async throws {
        try await ProxyStage.run { stage in
            let client = try stage.connect()
            let kinds: [TestCall] = [.chat, .chatStream, .models, .messagesStream, .embeddings]
            for number in 0..<300 {
                let call = kinds[number % kinds.count]
                try await client.send(call)
                let seen = try await client.response(to: call.method)
                #expect(seen.status == 200 && seen.ending == .whole)
            }
            #expect(try await stage.events(240).count == 240)
            #expect(stage.provider.counters.connections <= 4)
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await ProxyStage.run { stage in
            let client = try stage.connect()
            var bytes: [UInt8] = []
            for number in 1...100 {
                bytes += TestCall.chat.scripted((.header, "x-number: \(number)")).bytes
            }
            let all = bytes
            let sending = client.socket
            try await withThrowingTaskGroup { tasks in
                tasks.addTask { _ = try await offPool { sending.send(all) } }
                for number in 1...100 {
                    let seen = try await client.response()
                    #expect(seen["x-number"] == "\(number)")
                }
                try await tasks.waitForAll()
            }
            #expect(try await stage.events(100).count == 100)
        }
    }

    @Test func connectionIsClosedForThoseWhoAsk() async throws {
        try await ProxyStage.run { stage in
            let client = try stage.connect()
            try await client.send(TestCall.chatStream.adding("connection: close"))
            let seen = try await client.response()
            #expect(seen.ending == .whole)
            #expect(seen["connection"] == "close")
            #expect(try await client.end() == .closed)
        }
    }

    @Test(arguments: [TestCall.chat, .chatStream, .chat.scripted((.framing, "chunked"))], [true, false])
    func oldVersionGetsItsBodyUpToTheEndOfTheConnection(call: TestCall, keepsAlive: Bool) async throws {
        try await ProxyStage.run { stage in
            let client = try stage.connect()
            var call = call
            call.version = "HTTP/1.0"
            if keepsAlive { call = call.adding("connection: keep-alive") }
            try await client.send(call)
            let seen = try await client.response()
            #expect(seen.status == 200)
            #expect(seen["transfer-encoding"] == nil)
            #expect(seen.text.contains("lantern"))
            if seen["content-length"] == nil { #expect(seen.ending == .withConnection) }
            if !keepsAlive { #expect(try await client.end() == .closed) }
            #expect(try await stage.event().usage?[.output] == 20)
        }
    }

    /// To a client that knows no other end of a body, a close would be one.
    @Test func oldVersionIsToldThatABodyIsBrokenOff() async throws {
        try await ProxyStage.run { stage in
            let client = try stage.connect()
            var call = TestCall.chatStream.scripted((.reset, "after-3-chunks"))
            call.version = "HTTP/1.0"
            try await client.send(call)
            try await client.receive(until: "no such text")
            #expect(try await client.end() == .reset)
            #expect(try await stage.event().outcome == .failed)
        }
    }

    @Test func otherMethodsAreRelayedAndNotRecorded() async throws {
        let upstream = try RawUpstream { connection in
            while let head = connection.request() {
                let method = String(head.prefix { $0 != " " })
                connection.socket.send("HTTP/1.1 200 OK\r\nx-method: \(method)\r\ncontent-length: 2\r\n\r\nok")
            }
        }
        try await ProxyStage.run(.with(upstream)) { stage in
            let client = try stage.connect()
            for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"] {
                try await client.send(TestCall("/raw/v1/anything", method == "GET" ? nil : "{}", method: method))
                let seen = try await client.response(to: method)
                #expect(seen.status == 200)
                #expect(seen["x-method"] == method.lowercased())
                #expect(seen.text == "ok")
                #expect(seen["x-tally-event-id"] == nil)
            }
            for path in ["/raw/v1/files", "/raw/v1/batches", "/raw/v1/responses/input_tokens"] {
                try await client.send(TestCall(path, "{}"))
                #expect(try await client.response().status == 200)
            }
            #expect(stage.spool.backlog.records == 0)
            try await client.send(TestCall("/raw/v1/chat/completions?x=1", "{}"))
            #expect(try await client.response().status == 200)
            #expect(try await stage.events(1).count == 1)
        }
    }

    @Test(arguments: ["content-length: 5\r\n", ""])
    func headHasNoBody(framing: String) async throws {
        let upstream = try RawUpstream { connection in
            while connection.request() != nil { connection.socket.send("HTTP/1.1 200 OK\r\n\(framing)\r\n") }
        }
        try await ProxyStage.run(.with(upstream)) { stage in
            let client = try stage.connect()
            for _ in 1...3 {
                try await client.send(TestCall("/raw/v1/models", nil, method: "HEAD"))
                let seen = try await client.response(to: "HEAD")
                #expect(seen.status == 200)
                #expect(seen.version == "HTTP/1.1")
            }
            try await stage.settle()
            client.look()
            #expect(client.received.isEmpty)
        }
    }

    @Test(arguments: [204, 304])
    func statusWithoutABodyHasNone(status: Int) async throws {
        let upstream = try RawUpstream { connection in
            while connection.request() != nil { connection.socket.send("HTTP/1.1 \(status) None\r\nx-a: b\r\n\r\n") }
        }
        try await ProxyStage.run(.with(upstream)) { stage in
            let client = try stage.connect()
            for _ in 1...3 {
                try await client.send(TestCall("/raw/v1/chat/completions", "{}"))
                let seen = try await client.response()
                #expect(seen.status == status)
                #expect(seen["x-a"] == "b")
            }
            try await stage.settle()
            client.look()
            #expect(client.received.isEmpty)
            let events = try await stage.events(3)
            #expect(events.allSatisfy { $0.usage == nil && $0.status == status })
        }
    }

    @Test func unknownUpstreamIsNamed() async throws {
        try await ProxyStage.run { stage in
            for path in ["/nowhere/v1/chat/completions", "/", "/healthz"] {
                let seen = try await stage.response(to: .chat.to(path))
                #expect(seen.status == 404)
                #expect(seen.text.contains("\"code\":\"unknown_upstream\""))
                #expect(seen.text.contains("huggingface"))
            }
            #expect(stage.spool.backlog.records == 0)
        }
    }

    @Test func otherProtocolsAreRefused() async throws {
        try await ProxyStage.run { stage in
            let socket = TestCall.models.adding("connection: upgrade", "upgrade: websocket")
            let tunnel = TestCall("example.test:443", nil, method: "CONNECT")
            let whole = TestCall("http://elsewhere.test/v1/models", nil, method: "GET")
            for (call, status) in [(socket, 501), (tunnel, 501), (whole, 400)] {
                let seen = try await stage.response(to: call)
                #expect(seen.status == status)
            }
        }
    }
}
