import CurlTransport
import TallyTestSupport
import Testing

/// How transfers end that do not come to their end.
@Suite(.timeLimit(.minutes(5)))
struct TransferEndingTests {
    private let engine = TransferEngine()

    /// A GET that is answered with these bytes and then the end of the connection.
    private func ending(_ answer: String) async throws -> Recorder {
        let server = try ScriptedServer { connection, _ in
            guard connection.head() != nil else { return }
            connection.send(answer)
        }
        let recorder = await engine.carryOut(
            .get(server.address("/path?key=secret"), headers: [("Authorization", "Bearer secret")]))
        #expect(recorder.faults.isEmpty)
        #expect(!"\(recorder.endings)".contains("secret"))
        return recorder
    }

    @Test(arguments: [
        "Content-Length: 10\r\n\r\n12345", "Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
        "Content-Length: 10\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n",
    ])
    func tellsACutFromAnEnd(rest: String) async throws {
        let recorder = try await ending("HTTP/1.1 200 OK\r\n" + rest)
        guard case .failed(.cutOff) = recorder.endings.first else {
            Issue.record("\(recorder.endings)")
            return
        }
        #expect(recorder.head?.status == 200)
    }

    @Test(arguments: ["Content-Length: 10\r\n\r\n12345", "Transfer-Encoding: chunked\r\n\r\n5\r\nhel", "\r\n123"])
    func tellsAResetFromAnEnd(rest: String) async throws {
        let server = try ScriptedServer { connection, _ in
            guard connection.head() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\n" + rest)
            // The receiver says when it has the bytes: a reset throws away what is not read.
            _ = connection.receive()
            connection.reset()
        }
        let recorder = Recorder()
        recorder.start(engine, TransferRequest(method: "POST", url: server.address("/"), body: .stream(length: 1)))
        await recorder.beginning()
        recorder.steer { $0.send([1]) }
        guard case .failed(.cutOff) = await recorder.ending() else {
            Issue.record("\(recorder.endings)")
            return
        }
    }

    @Test func closesAConnectionWithTooMuchOnIt() async throws {
        let server = try ScriptedServer(answering: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more")
        for _ in 0..<3 {
            let recorder = await engine.carryOut(.get(server.address("/")))
            #expect(recorder.endings == [.complete])
            #expect(recorder.text == "ok")
        }
        #expect(server.connectionCount == 3)
    }

    @Test(arguments: [
        "garbage\r\n\r\n", "SSH-2.0-OpenSSH_9\r\n", "\u{16}\u{3}\u{1}\u{2}\r\n", "220 ready\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    ])
    func knowsWhatIsNoHTTP(answer: String) async throws {
        let recorder = try await ending(answer)
        guard case .failed(.malformed) = recorder.endings.first else {
            Issue.record("\(recorder.endings)")
            return
        }
    }

    @Test func limitsTheHead() async throws {
        let manyLines = String(repeating: "X-A: \(String(repeating: "v", count: 990))\r\n", count: 300)
        let oneLine = "X-A: \(String(repeating: "v", count: 110 << 10))\r\n"
        for lines in [manyLines, oneLine] {
            let recorder = try await ending("HTTP/1.1 200 OK\r\n\(lines)Content-Length: 0\r\n\r\n")
            guard case .failed(.malformed) = recorder.endings.first else {
                Issue.record("\(recorder.endings)")
                continue
            }
            #expect(recorder.head == nil)
        }
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Le"])
    func namesAConnectionLostBeforeTheHead(answer: String) async throws {
        let recorder = try await ending(answer)
        guard case .failed(.failed) = recorder.endings.first else {
            Issue.record("\(recorder.endings)")
            return
        }
    }

    @Test func namesAPortWithNobodyBehindIt() async {
        // Port 1 is a well-known one that no system gives away by itself.
        let recorder = await engine.carryOut(.get("http://127.0.0.1:1/?key=secret"))
        guard case .failed(.unreachable(let detail)) = recorder.endings.first else {
            Issue.record("\(recorder.endings)")
            return
        }
        #expect(detail.contains("127.0.0.1") && !detail.contains("secret"))
    }

    @Test func sendsAgainWhatMetADeadConnection() async throws {
        let body = randomBytes(30_000, seed: 6)
        // The first connection answers once, and is gone at the next request; others answer always.
        let server = try ScriptedServer { connection, number in
            while connection.head() != nil {
                _ = connection.body(body.count)
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(number)")
                if number == 1 {
                    _ = connection.head()
                    return connection.reset()
                }
            }
        }
        let request = TransferRequest(method: "POST", url: server.address("/"), body: .bytes(body))
        #expect(await engine.carryOut(request).text == "1")
        #expect(await engine.carryOut(request).text == "2")
        #expect(server.connectionCount == 2)
    }

    @Test(arguments: [30_000, 500_000])
    func sendsAgainTheBeginningOfAStream(count: Int) async throws {
        let body = randomBytes(count, seed: 7)
        let server = try ScriptedServer { connection, number in
            while connection.head() != nil {
                if number == 1, connection.body(1).isEmpty == false {
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                    // Takes all of the next request, and answers nothing.
                    _ = connection.head()
                    _ = connection.body(count)
                    return connection.reset()
                }
                connection.send(
                    "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\(connection.body(count) == body ? "same" : "diff")")
            }
        }
        let first = await engine.carryOut(TransferRequest(method: "POST", url: server.address("/"), body: .bytes([1])))
        #expect(first.endings == [.complete])
        let recorder = Recorder.sending { transfer, wishes in
            if wishes == 1 { transfer.send(body) }
        }
        recorder.start(engine, TransferRequest(method: "POST", url: server.address("/"), body: .stream(length: count)))
        let ending = await recorder.ending()
        if count <= TransferEngine.lowWater {
            #expect(ending == .complete)
            #expect(recorder.text == "same")
        } else {
            guard case .failed(.failed) = ending else {
                Issue.record("\(recorder.endings)")
                return
            }
        }
    }

    @Test func stopsWhenCancelled() async throws {
        let server = try ScriptedServer { connection, _ in
            guard connection.head() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\n\r\nsome")
            connection.waitForEnd()
        }
        let recorder = Recorder()
        recorder.start(engine, .get(server.address("/")))
        await recorder.beginning()
        recorder.steer { $0.cancel() }
        #expect(await recorder.ending() == .failed(.cancelled))
        // After the end nothing does anything.
        recorder.steer { transfer in
            transfer.cancel()
            transfer.resume()
            transfer.send([1])
            transfer.finishBody()
        }
        _ = await engine.carryOut(.get("http://127.0.0.1:1/"))
        #expect(recorder.endings == [.failed(.cancelled)])
        #expect(recorder.faults.isEmpty)
        server.waitForEnd()
    }
}
