import CurlTransport
import Dispatch
import Synchronization
import TallyTestSupport
import Testing

/// Who waits for whom: pauses of the receiver, and bodies that are sent bit by bit.
@Suite(.timeLimit(.minutes(5)))
struct TransferFlowTests {
    private let engine = TransferEngine()

    @Test(arguments: ["length", "chunked", "close"], [1, 2, 3])
    func losesAndDoublesNothingWhenPaused(framing: String, seed: UInt64) async throws {
        let body = randomBytes(500_000, seed: seed)
        let server = try ScriptedServer { connection, _ in
            var generator = SplitMix64(seed: seed)
            guard connection.head() != nil else { return }
            switch framing {
            case "length": connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n")
            case "chunked": connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            default: connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
            }
            var rest = body[...]
            while !rest.isEmpty {
                let chunk = rest.prefix(Int.random(in: 1...20_000, using: &generator))
                rest = rest.dropFirst(chunk.count)
                if framing == "chunked" { connection.send(String(chunk.count, radix: 16) + "\r\n") }
                connection.send(Array(chunk))
                if framing == "chunked" { connection.send("\r\n") }
            }
            if framing == "chunked" { connection.send("0\r\n\r\n") }
        }
        let generator = Mutex(SplitMix64(seed: seed))
        let recorder = Recorder(flow: { _ in generator.withLock { $0.oneIn(3) } ? .pause : .proceed })
        recorder.start(engine, .get(server.address("/")))
        #expect(await recorder.ending() == .complete)
        #expect(recorder.has(body))
        #expect(recorder.faults.isEmpty)
    }

    @Test func holdsTheServerBackWhilePaused() async throws {
        let sent = Atomic(0)
        let server = try ScriptedServer { connection, _ in
            guard connection.head() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
            let block = [UInt8](repeating: 1, count: 1_000_000)
            for _ in 0..<100 {
                connection.send(block)
                sent.add(1, ordering: .relaxed)
            }
        }
        // At every tenth megabyte what the server has got rid of is no more than what the sockets hold.
        let most = Mutex(0)
        let recorder = Recorder { count in
            most.withLock { $0 = max($0, sent.load(ordering: .relaxed) * 1_000_000 - count) }
            return count % 10 == 0 ? .pause : .proceed
        }
        recorder.start(engine, .get(server.address("/")))
        #expect(await recorder.ending() == .complete)
        #expect(recorder.body.count == 100_000_000)
        #expect(most.withLock { $0 } < 30_000_000)
    }

    @Test func endsThoughPaused() async throws {
        let server = try ScriptedServer(answering: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        let recorder = Recorder { _ in .pause }
        recorder.start(engine, .get(server.address("/")))
        #expect(await recorder.ending() == .complete)
        #expect(recorder.text == "ok")
    }

    /// Answers with the number of bytes of a body of this length, or one in chunks.
    private func countingServer(_ body: [UInt8], chunked: Bool) throws -> ScriptedServer {
        try ScriptedServer { connection, _ in
            while let head = connection.head() {
                guard head.contains(chunked ? "Transfer-Encoding: chunked" : "Content-Length: \(body.count)") else {
                    return connection.send("HTTP/1.1 400 Framing\r\nContent-Length: 0\r\n\r\n")
                }
                let received = chunked ? connection.chunks() : connection.body(body.count)
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\(received == body ? "same" : "diff")")
            }
        }
    }

    @Test(arguments: [true, false], [0, 1, 65_536, 700_000])
    func sendsABodyBitByBit(chunked: Bool, count: Int) async throws {
        let body = randomBytes(count, seed: 4)
        let server = try countingServer(body, chunked: chunked)
        for round in 0..<2 {
            let place = Mutex((0, SplitMix64(seed: 5)))
            let recorder = Recorder.sending { transfer, _ in
                let part = place.withLock { place in
                    let part = body[place.0...].prefix(Int.random(in: 1...30_000, using: &place.1))
                    place.0 += part.count
                    return part
                }
                if part.isEmpty { transfer.finishBody() } else { transfer.send(Array(part)) }
            }
            recorder.start(
                engine,
                TransferRequest(
                    method: "POST", url: server.address("/"), body: .stream(length: chunked ? nil : count)))
            if count == 0 { recorder.steer { $0.finishBody() } }
            #expect(await recorder.ending() == .complete, "round \(round)")
            #expect(recorder.text == "same")
            #expect(recorder.faults.isEmpty)
        }
        #expect(server.connectionCount == 1)
    }

    @Test func asksForNoMoreThanTheServerTakes() async throws {
        let block = [UInt8](repeating: 7, count: 100_000)
        let asked = Atomic(0)
        let most = Mutex(0)
        let server = try ScriptedServer { connection, _ in
            guard connection.head() != nil else { return }
            for megabyte in 1...100 {
                _ = connection.body(1_000_000)
                most.withLock { $0 = max($0, asked.load(ordering: .relaxed) * 100_000 - megabyte * 1_000_000) }
            }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
        let recorder = Recorder.sending { transfer, wishes in
            guard wishes <= 1_000 else { return }
            asked.add(1, ordering: .relaxed)
            transfer.send(block)
        }
        recorder.start(
            engine, TransferRequest(method: "PUT", url: server.address("/"), body: .stream(length: 100_000_000)))
        #expect(await recorder.ending() == .complete)
        #expect(most.withLock { $0 } < 30_000_000)
    }

    @Test func sendsWhatComesWhileTheResponseGoesOn() async throws {
        let server = try ScriptedServer { connection, _ in
            guard connection.head() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n")
            for _ in 0..<3 { connection.send(connection.body(2)) }
        }
        let recorder = Recorder()
        recorder.start(engine, TransferRequest(method: "POST", url: server.address("/"), body: .stream(length: 6)))
        await recorder.beginning()
        for part in ["ab", "cd", "ef"] { recorder.steer { $0.send(Array(part.utf8)) } }
        #expect(await recorder.ending() == .complete)
        #expect(recorder.text == "abcdef")
    }

    @Test func endsWhenTheServerRefusesABodyItWaitsFor() async throws {
        let server = try ScriptedServer { connection, _ in
            guard connection.head() != nil else { return }
            _ = connection.receive()
            connection.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig")
            connection.waitForEnd()
        }
        let recorder = Recorder()
        recorder.start(engine, TransferRequest(method: "POST", url: server.address("/"), body: .stream(length: nil)))
        recorder.steer { $0.send([1, 2, 3]) }
        #expect(await recorder.ending() == .complete)
        #expect(recorder.head?.status == 413)
        #expect(recorder.text == "big")
    }

    @Test func refusesABodyOfAnotherLengthThanAnnounced() async throws {
        let server = try ScriptedServer { connection, _ in connection.waitForEnd() }
        for (count, shown) in [(5, "longer"), (3, "shorter")] {
            let recorder = Recorder()
            recorder.start(engine, TransferRequest(method: "PUT", url: server.address("/"), body: .stream(length: 4)))
            recorder.steer { transfer in
                transfer.send([UInt8](repeating: 1, count: count))
                transfer.finishBody()
            }
            #expect(
                await recorder.ending() == .failed(.badRequest(detail: "the body is \(shown) than was announced")))
        }
    }
}

extension LoopbackConnection {
    /// The bytes of a body in chunks.
    fileprivate func chunks() -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            var line: [UInt8] = []
            while !line.suffix(2).elementsEqual([0x0D, 0x0A]) {
                let byte = body(1)
                if byte.isEmpty { return bytes }
                line += byte
            }
            let count = Int(String(decoding: line.dropLast(2), as: UTF8.self), radix: 16) ?? 0
            bytes += body(count)
            _ = body(2)
            if count == 0 { return bytes }
        }
    }
}
