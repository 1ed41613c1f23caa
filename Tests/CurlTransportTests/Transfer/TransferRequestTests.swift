import CurlTransport
import Synchronization
import TallyTestSupport
import Testing

/// What a server is sent.
@Suite(.timeLimit(.minutes(5)))
struct TransferRequestTests {
    private let engine = TransferEngine()

    /// The head and the body a server gets; `count` says how long the body is.
    private func sent(_ request: (String) -> TransferRequest, bodyCount count: Int = 0) async throws -> (
        head: [String], body: [UInt8], recorder: Recorder
    ) {
        let seen = Mutex<([String], [UInt8])>(([], []))
        let server = try ScriptedServer { connection, _ in
            guard let head = connection.head() else { return }
            let body = connection.body(count)
            seen.withLock { $0 = (head, body) }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
        let recorder = await engine.carryOut(request(server.address("")))
        let (head, body) = seen.withLock { $0 }
        return (head.filter { !$0.hasPrefix("Host: ") }, body, recorder)
    }

    @Test func sendsNothingThatWasNotAskedFor() async throws {
        let (head, _, recorder) = try await sent { .get($0 + "/a/../b/./c?x=%2F&y") }
        #expect(head == ["GET /a/../b/./c?x=%2F&y HTTP/1.1"])
        #expect(recorder.endings == [.complete])
    }

    @Test func sendsFieldsAsTheyAre() async throws {
        let (head, _, _) = try await sent {
            .get(
                $0 + "/",
                headers: [
                    ("x-lower", "1"), ("X-Again", "a"), ("X-Again", "b"), ("X-Empty", ""), ("X-Blank", " "),
                    ("Accept", "text/event-stream"), ("User-Agent", "client/1"), ("X-Words", "ä; b: c,  d"),
                    ("Content-Length", "9"), ("transfer-encoding", "chunked"), ("Expect", "100-continue"),
                ])
        }
        #expect(
            head.dropFirst() == [
                "x-lower: 1", "X-Again: a", "X-Again: b", "X-Empty:", "X-Blank:", "Accept: text/event-stream",
                "User-Agent: client/1", "X-Words: ä; b: c,  d",
            ])
    }

    @Test func sendsAnotherHostWhenToldSo() async throws {
        let seen = Mutex<[String]>([])
        let server = try ScriptedServer { connection, _ in
            seen.withLock { $0 = connection.head() ?? [] }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
        _ = await engine.carryOut(.get(server.address("/"), headers: [("Host", "other.test")]))
        #expect(seen.withLock { $0 }.filter { $0.hasPrefix("Host:") } == ["Host: other.test"])
    }

    @Test(arguments: ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PURGE"])
    func sendsABodyWithAnyMethod(method: String) async throws {
        let body = randomBytes(10_000, seed: 1)
        let (head, received, _) = try await sent(
            { TransferRequest(method: method, url: $0 + "/", headers: [("Content-Type", "a/b")], body: .bytes(body)) },
            bodyCount: body.count)
        #expect(head.first == "\(method) / HTTP/1.1")
        #expect(Set(head.dropFirst()) == ["Content-Type: a/b", "Content-Length: 10000"])
        #expect(received.elementsEqual(body))
    }

    @Test func saysThatAPostHasNoBody() async throws {
        let (post, _, _) = try await sent { TransferRequest(method: "POST", url: $0 + "/") }
        #expect(post == ["POST / HTTP/1.1", "Content-Length: 0"])
        let (delete, _, _) = try await sent { TransferRequest(method: "DELETE", url: $0 + "/") }
        #expect(delete == ["DELETE / HTTP/1.1"])
        let (empty, _, _) = try await sent { TransferRequest(method: "DELETE", url: $0 + "/", body: .bytes([])) }
        #expect(empty == ["DELETE / HTTP/1.1", "Content-Length: 0"])
    }

    @Test func sendsABodyOfManyMegabytes() async throws {
        let body = randomBytes(1_000_000, seed: 2)
        let (head, received, recorder) = try await sent(
            { TransferRequest(method: "POST", url: $0 + "/", body: .bytes(body)) }, bodyCount: body.count)
        #expect(head == ["POST / HTTP/1.1", "Content-Length: 1000000"])
        #expect(received.elementsEqual(body))
        #expect(recorder.endings == [.complete])
    }

    @Test func takesOneHandleForEveryKindOfRequest() async throws {
        let heads = Mutex<[String]>([])
        let server = try ScriptedServer { connection, _ in
            while let head = connection.head() {
                if head.contains("Transfer-Encoding: chunked") {
                    while String(decoding: connection.receive() ?? [], as: UTF8.self).hasSuffix("0\r\n\r\n") == false {}
                } else if head.contains("Content-Length: 3") {
                    _ = connection.body(3)
                }
                heads.withLock { $0.append(head.filter { !$0.hasPrefix("Host:") }.joined(separator: "|")) }
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            }
        }
        let url = server.address("/")
        for round in 0..<2 {
            #expect(await engine.carryOut(TransferRequest(method: "HEAD", url: url)).endings == [.complete])
            #expect(
                await engine.carryOut(TransferRequest(method: "POST", url: url, body: .bytes([1, 2, 3]))).endings
                    == [.complete])
            let recorder = Recorder.sending { transfer, _ in transfer.finishBody() }
            recorder.start(engine, TransferRequest(method: "PUT", url: url, body: .stream(length: nil)))
            #expect(await recorder.ending() == .complete, "round \(round)")
            #expect(await engine.carryOut(TransferRequest(method: "GET", url: url)).endings == [.complete])
        }
        let round = [
            "HEAD / HTTP/1.1", "POST / HTTP/1.1|Content-Length: 3", "PUT / HTTP/1.1|Transfer-Encoding: chunked",
            "GET / HTTP/1.1",
        ]
        #expect(heads.withLock { $0 } == round + round)
        #expect(server.connectionCount == 1)
    }

    @Test(arguments: [
        ("Authorization", "Bearer secret\r\nX-Other: 1"), ("Authorization", "secret\n"), ("X", "secret\0"),
        ("X secret", "1"), ("X-secret:", "1"), ("", "secret"), ("X\r\nsecret", "1"), ("X;secret", ""),
    ])
    func refusesFieldsThatAreNotOne(name: String, value: String) async {
        let recorder = await engine.carryOut(.get("http://127.0.0.1:1/", headers: [(name, value)]))
        guard case .failed(.badRequest(let detail)) = recorder.endings.first else {
            Issue.record("\(recorder.endings)")
            return
        }
        #expect(!detail.contains("secret"))
        #expect(recorder.endings.count == 1)
    }

    @Test(arguments: [
        "", "host/path", "ftp://host/secret", "file:///secret", "http://", "http://a b/?secret", "http://host:99999/",
        "http://u:secret@127.0.0.1:1/", "http://host/\0", "http://host/\u{1}secret",
    ])
    func refusesWhatIsNoAddress(url: String) async {
        let recorder = await engine.carryOut(.get(url))
        guard case .failed(.badRequest(let detail)) = recorder.endings.first else {
            Issue.record("\(recorder.endings)")
            return
        }
        #expect(!detail.contains("secret"))
    }

    @Test func refusesMethodsAndBodiesThatCannotBeSent() async {
        let url = "http://127.0.0.1:1/"
        for request in [
            TransferRequest(method: "", url: url), TransferRequest(method: "GET /other HTTP/1.1\r\nX:", url: url),
            TransferRequest(method: "HEAD", url: url, body: .bytes([1])),
            TransferRequest(method: "HEAD", url: url, body: .stream(length: nil)),
            TransferRequest(method: "PUT", url: url, body: .stream(length: -1)),
            TransferRequest(method: "GET", url: url, certificateFile: "a\0b"),
        ] {
            let recorder = await engine.carryOut(request)
            guard case .failed(.badRequest) = recorder.endings.first else {
                Issue.record("\(recorder.endings)")
                continue
            }
        }
    }
}
