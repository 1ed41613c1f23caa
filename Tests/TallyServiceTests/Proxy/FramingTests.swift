import TallyCore
import TallyMetering
import TallyTestSupport
import Testing

@testable import TallyService

/// Upstreams whose framing is odd, wrong or dangerous: a client is never misled about where a response ends.
@Suite(.timeLimit(.minutes(5)))
struct FramingTests {
    private static let body = #"{"id":"c-1","model":"m-1","usage":{"prompt_tokens":3,"completion_tokens":4}}"#
    private static let call = TestCall("/raw/v1/chat/completions", #"{"model":"m-1"}"#)

    private static func chunk(_ text: String) -> String { String(text.utf8.count, radix: 16) + "\r\n\(text)\r\n" }

    /// Sends one response and expects its body whole and its usage read, on a connection that then still works.
    private func expectWhole(_ response: String, closes: Bool = false) async throws {
        let upstream = try RawUpstream { connection in
            while connection.request() != nil {
                connection.socket.send(response)
                if closes { return }
            }
        }
        try await ProxyStage.run(.with(upstream)) { stage in
            let client = try stage.connect()
            for _ in 1...2 {
                try await client.send(Self.call)
                let seen = try await client.response()
                #expect(seen.status == 200)
                #expect(seen.text == Self.body)
                #expect(seen.ending == .whole)
            }
            try await stage.settle()
            client.look()
            #expect(client.received.isEmpty)
            let events = try await stage.events(2)
            #expect(events.allSatisfy { $0.usage?[.output] == 4 && $0.outcome == .complete })
        }
    }

    @Test func trailersAreDropped() async throws {
        try await expectWhole(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n\(Self.chunk(Self.body))0\r\n"
                + "x-sum: 1\r\n\r\n")
    }

    @Test func lengthBesideChunksDoesNotCount() async throws {
        try await expectWhole(
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n\(Self.chunk(Self.body))"
                + "0\r\n\r\n")
    }

    @Test func severalInterimHeadsAreSwallowed() async throws {
        try await expectWhole(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"
                + "HTTP/1.1 200 OK\r\ncontent-length: \(Self.body.utf8.count)\r\n\r\n\(Self.body)")
    }

    @Test func bytesBehindTheBodyAreDropped() async throws {
        try await expectWhole(
            "HTTP/1.1 200 OK\r\ncontent-length: \(Self.body.utf8.count)\r\n\r\n\(Self.body)HTTP/1.1 200 OK\r\n"
                + "content-length: 4\r\n\r\nevil", closes: true)
    }

    @Test func oldVersionIsUnderstood() async throws {
        try await expectWhole("HTTP/1.0 200 OK\r\n\r\n\(Self.body)", closes: true)
    }

    @Test(arguments: [
        "bad name: x", "x-control: a\u{1}b", "x-latin: caf\u{e9}", "x-empty:", ": nothing", "x-folded: a\r\n  b",
    ])
    func oddHeaderHarmsNothingElse(field: String) async throws {
        try await expectWhole(
            "HTTP/1.1 200 OK\r\n\(field)\r\ncontent-length: \(Self.body.utf8.count)\r\n\r\n\(Self.body)")
    }

    @Test(arguments: [
        "content-length: 5\r\ncontent-length: 700", "content-length: x", "content-length: -1",
        "content-length: 99999999999999999999999",
    ])
    func lengthThatIsNoneMisleadsNobody(field: String) async throws {
        let upstream = try RawUpstream(sending: "HTTP/1.1 200 OK\r\n\(field)\r\n\r\n\(Self.body)")
        try await ProxyStage.run(.with(upstream)) { stage in
            let client = try stage.connect()
            try await client.send(Self.call)
            let seen = try await client.response()
            #expect(seen.status == 502 || seen.text == Self.body)
            #expect(seen.ending == .whole)
            #expect(seen.fields.filter { $0.name.lowercased() == "content-length" }.count <= 1)
            _ = try await stage.event()
        }
    }

    @Test(arguments: ["zz\r\nabc\r\n", "5\r\nab", "5\r\nabcdefgh\r\n0\r\n\r\n", "-1\r\n\r\n", ""])
    func chunksThatAreNoneBreakTheResponseOff(chunks: String) async throws {
        let upstream = try RawUpstream(sending: "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + chunks)
        try await ProxyStage.run(.with(upstream)) { stage in
            let seen = try await stage.response(to: Self.call)
            #expect(seen.ending == .cutOff)
            #expect(try await stage.event().outcome == .failed)
        }
    }

    @Test(arguments: [199, 299, 499, 599, 600, 999])
    func statusOutOfTheOrdinaryIsRelayedAndRecorded(status: Int) async throws {
        let upstream = try RawUpstream(sending: "HTTP/1.1 \(status) Odd\r\ncontent-length: 2\r\n\r\n{}")
        try await ProxyStage.run(.with(upstream)) { stage in
            let seen = try await stage.response(to: Self.call)
            #expect(status < 200 ? seen.status == 502 : seen.status == status)
            let event = try await stage.event()
            #expect(event.status == (200...599 ~= status ? status : nil))
            #expect(event.outcome == (status == 299 ? .complete : .failed))
        }
    }

    /// Some refuse what they are sent before all of it is there.
    @Test func answerBeforeTheEndOfTheRequestIsRelayed() async throws {
        let refusal = #"{"error":{"message":"no","type":"x"}}"#
        let upstream = try RawUpstream { connection in
            guard connection.head() != nil else { return }
            connection.socket.send(
                "HTTP/1.1 401 No\r\ncontent-length: \(refusal.utf8.count)\r\nconnection: close\r\n\r\n\(refusal)")
            while connection.socket.receive().ending == nil {}
        }
        let settings = ["max_inspected_bytes": "1024"]
        try await ProxyStage.run(.with(upstream, settings)) { stage in
            let client = try stage.connect()
            var call = Self.call
            call.body = String(repeating: "x", count: 40_000_000)
            let long = call
            // A client that reads nothing before it has sent all.
            try await client.send(long)
            let seen = try await client.response()
            #expect(seen.status == 401)
            #expect(seen.text == refusal)
            let event = try await stage.event()
            #expect(event.status == 401)
            #expect(event.usage == .nothing)
        }
    }

    /// The refusal of a body that has grown too long must not stand amid a response that has begun.
    @Test func bodyThatGrowsTooLongBehindAnAnswerBreaksItOff() async throws {
        let upstream = try RawUpstream { connection in
            guard connection.head() != nil else { return }
            connection.socket.send(
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
                    + Self.chunk("data: {\"a\":1}\n\n"))
            while connection.socket.receive().ending == nil {}
        }
        let settings = ["max_inspected_bytes": "1024", "max_body_bytes": "10000"]
        try await ProxyStage.run(.with(upstream, settings)) { stage in
            let client = try stage.connect()
            let piece = Self.chunk(String(repeating: "x", count: 4_000))
            try await client.send(
                "POST /raw/v1/chat/completions HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n" + piece)
            #expect(try await client.receive(until: "data: {\"a\":1}\n\n"))
            try await client.send(piece + piece)
            let seen = try await client.response()
            #expect(seen.status == 200)
            #expect(seen.ending == .cutOff)
            #expect(seen.text == "data: {\"a\":1}\n\n")
            #expect(try await stage.event().outcome == .failed)
        }
    }

    /// What is sent behind the terminal event takes no memory without bound while the call is being recorded.
    @Test func bytesBehindTheTerminalEventPass() async throws {
        let upstream = try RawUpstream(
            sending: "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
                + "data: {\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\ndata: [DONE]\n\n"
                + String(repeating: ": more\n\n", count: 100_000))
        try await ProxyStage.run(.with(upstream)) { stage in
            let seen = try await stage.response(to: Self.call)
            #expect(seen.ending == .whole)
            #expect(seen.text.hasSuffix(": more\n\n"))
            #expect(seen.body.count > 800_000)
            #expect(try await stage.event().usage?[.output] == 4)
        }
    }
}
