import CurlTransport
import TallyTestSupport
import Testing

/// What comes back from a server that keeps to HTTP.
@Suite(.timeLimit(.minutes(5)))
struct TransferResponseTests {
    private let engine = TransferEngine()

    @Test func givesHeadAndBodyAsTheyCome() async throws {
        let server = try ScriptedServer(
            answering: "HTTP/1.1 201 Made  it\r\nX-One: 1\r\nx-two:2 \r\nSet-Cookie: a\r\nSet-Cookie: b\r\n"
                + "X-Empty:\r\nX-Folded: a\r\n\tb\r\nContent-Length: 5\r\n\r\nhello")
        let recorder = await engine.carryOut(.get(server.address("/")))
        #expect(recorder.endings == [.complete])
        #expect(recorder.head?.status == 201)
        #expect(recorder.head?.reason == "Made  it")
        #expect(recorder.head?.isHTTP2 == false)
        #expect(
            recorder.head?.headers.map { "\($0.name)=\($0.value)" } == [
                "X-One=1", "x-two=2", "Set-Cookie=a", "Set-Cookie=b", "X-Empty=", "X-Folded=a b", "Content-Length=5",
            ])
        #expect(recorder.text == "hello")
        #expect(recorder.faults.isEmpty)
    }

    @Test func leavesOutInterimHeads() async throws {
        let server = try ScriptedServer(
            answering: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        let recorder = await engine.carryOut(.get(server.address("/")))
        #expect(recorder.head?.status == 200)
        #expect(recorder.values("Link").isEmpty)
        #expect(recorder.text == "ok")
        #expect(recorder.faults.isEmpty)
    }

    @Test func takesChunksApartAndLeavesOutTrailers() async throws {
        let server = try ScriptedServer(
            answering: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                + "5\r\nhello\r\n6;name=value\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n")
        for _ in 0..<3 {
            let recorder = await engine.carryOut(.get(server.address("/")))
            #expect(recorder.endings == [.complete])
            #expect(recorder.text == "hello world")
            #expect(recorder.values("Transfer-Encoding") == ["chunked"])
            #expect(recorder.values("X-Sum").isEmpty)
        }
        #expect(server.connectionCount == 1)
    }

    @Test func readsABodyToTheEndOfItsConnection() async throws {
        let server = try ScriptedServer { connection, _ in
            _ = connection.head()
            connection.send("HTTP/1.0 200 OK\r\n\r\nall of it")
        }
        let recorder = await engine.carryOut(.get(server.address("/")))
        #expect(recorder.endings == [.complete])
        #expect(recorder.text == "all of it")
    }

    @Test(arguments: ["HEAD 200", "GET 204", "GET 304"])
    func expectsNoBodyWhereNoneMayBe(call: String) async throws {
        let words = call.split(separator: " ")
        let server = try ScriptedServer(
            answering: "HTTP/1.1 \(words[1]) Test\r\nContent-Length: \(words[1] == "204" ? 0 : 1_000)\r\n\r\n")
        for _ in 0..<2 {
            let recorder = await engine.carryOut(
                TransferRequest(method: String(words[0]), url: server.address("/")))
            #expect(recorder.endings == [.complete])
            #expect(recorder.head?.status == Int(words[1]))
            #expect(recorder.body.isEmpty)
        }
        // The next response would not be found on the connection if a body had been awaited.
        #expect(server.connectionCount == 1)
    }

    @Test func followsNoRedirect() async throws {
        let server = try ScriptedServer(
            answering: "HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n")
        let recorder = await engine.carryOut(.get(server.address("/")))
        #expect(recorder.head?.status == 302)
        #expect(recorder.values("Location") == ["/other"])
    }

    @Test func decodesNothing() async throws {
        let server = try ScriptedServer(
            answering: "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\r\nnot gzip")
        let recorder = await engine.carryOut(.get(server.address("/"), headers: [("Accept-Encoding", "gzip")]))
        #expect(recorder.endings == [.complete])
        #expect(recorder.text == "not gzip")
    }

    @Test func takesTenThousandBytesOfHead() async throws {
        let long = String(repeating: "v", count: 10_000)
        let server = try ScriptedServer { connection, _ in
            guard let head = connection.head() else { return }
            let echo = head.first { $0.hasPrefix("X-Long: ") } ?? ""
            connection.send("HTTP/1.1 200 OK\r\n\(echo)\r\nX-More: \(long)\r\nContent-Length: 0\r\n\r\n")
        }
        let recorder = await engine.carryOut(.get(server.address("/"), headers: [("X-Long", long)]))
        #expect(recorder.values("X-Long") == [long])
        #expect(recorder.values("X-More") == [long])
    }

    @Test func keepsConnections() async throws {
        let server = try ScriptedServer(answering: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        for _ in 0..<20 {
            #expect(await engine.carryOut(.get(server.address("/"))).text == "ok")
        }
        #expect(server.connectionCount == 1)
    }
}
