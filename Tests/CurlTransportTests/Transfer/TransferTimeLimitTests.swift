import CurlTransport
import TallyTestSupport
import Testing

/// The time limits of a transfer, each with a server that is too slow for it.
@Suite(.timeLimit(.minutes(5)))
struct TransferTimeLimitTests {
    private let engine = TransferEngine()
    private static let short = Duration.milliseconds(100)

    /// A GET, or a streamed POST, within limits of an hour but for those that are set here.
    private func request(_ server: ScriptedServer, _ set: (inout TransferLimits) -> Void) -> TransferRequest {
        var limits = TransferLimits(
            connect: .seconds(3_600), firstByte: .seconds(3_600), idle: .seconds(3_600), total: .seconds(3_600))
        set(&limits)
        return TransferRequest(method: "GET", url: server.address("/"), limits: limits)
    }

    /// Answers with a head and some bytes, and then with nothing more.
    private func stallingServer() throws -> ScriptedServer {
        try ScriptedServer { connection, _ in
            guard connection.head() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nsome")
            connection.waitForEnd()
        }
    }

    @Test func limitsTheTimeToTheHead() async throws {
        let server = try ScriptedServer { connection, _ in
            guard connection.head() != nil else { return }
            connection.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
            connection.waitForEnd()
        }
        let recorder = await engine.carryOut(request(server) { $0.firstByte = Self.short })
        #expect(recorder.endings == [.failed(.timedOut(.firstByte))])
        #expect(recorder.head == nil)
    }

    @Test func limitsTheTimeWithoutAByte() async throws {
        let server = try stallingServer()
        let recorder = await engine.carryOut(request(server) { $0.idle = Self.short })
        #expect(recorder.endings == [.failed(.timedOut(.idle))])
        #expect(recorder.text == "some")
    }

    @Test func limitsTheWholeTime() async throws {
        let server = try stallingServer()
        let recorder = await engine.carryOut(request(server) { $0.total = Self.short })
        #expect(recorder.endings == [.failed(.timedOut(.total))])
        let silent = try ScriptedServer { connection, _ in connection.waitForEnd() }
        #expect(
            await engine.carryOut(request(silent) { $0.total = Self.short }).endings == [.failed(.timedOut(.total))])
    }

    @Test func limitsTheTimeToConnect() async throws {
        // A greeting of TLS that is never answered.
        let server = try ScriptedServer { connection, _ in connection.waitForEnd() }
        var slow = request(server) { $0.connect = Self.short }
        slow.url = "https://127.0.0.1:\(server.port)/"
        #expect(await engine.carryOut(slow).endings == [.failed(.timedOut(.connect))])
    }

    @Test func doesNotCountThePausesOfItsReceiver() async throws {
        let server = try stallingServer()
        let recorder = Recorder { _ in .proceed }
        // Paused for ever: only the whole time counts, and its limit is reached later than the other would be.
        let paused = PausedReceiver(recorder)
        _ = engine.start(
            request(server) { limits in
                limits.idle = .milliseconds(50)
                limits.total = .milliseconds(300)
            }, receiver: paused)
        #expect(await recorder.ending() == .failed(.timedOut(.total)))
    }

    @Test func doesNotCountTheWaitForABody() async throws {
        let server = try stallingServer()
        let recorder = Recorder()
        var waiting = request(server) { limits in
            limits.idle = .milliseconds(50)
            limits.total = .milliseconds(300)
        }
        waiting.body = .stream(length: nil)
        recorder.start(engine, waiting)
        #expect(await recorder.ending() == .failed(.timedOut(.total)))
    }

    @Test func countsFromTheLastByte() async throws {
        // Each byte comes well before the limit, all of them well after it: the receiver's resumption sets the pace.
        let server = try ScriptedServer { connection, _ in
            while connection.head() != nil {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
            }
        }
        for _ in 0..<50 {
            let recorder = await engine.carryOut(request(server) { $0.idle = .seconds(20) })
            #expect(recorder.endings == [.complete])
        }
    }

    @Test func hasThousandsOfLimitsAtOnce() async throws {
        let server = try ScriptedServer { connection, _ in connection.waitForEnd() }
        let recorders = (0..<300).map { _ in Recorder() }
        for (index, recorder) in recorders.enumerated() {
            recorder.start(engine, request(server) { $0.firstByte = .milliseconds(50 + index % 7 * 20) })
        }
        for recorder in recorders { #expect(await recorder.ending() == .failed(.timedOut(.firstByte))) }
        #expect(engine.transfersUnderWay == 0)
        server.waitForEnd()
    }
}

/// A receiver that pauses at the first bytes and never resumes.
private final class PausedReceiver: TransferReceiver {
    private let recorder: Recorder

    init(_ recorder: Recorder) { self.recorder = recorder }

    func receive(_ head: TransferHead) { recorder.receive(head) }
    func receive(_ bytes: UnsafeRawBufferPointer) -> TransferFlow {
        _ = unsafe recorder.receive(bytes)
        return .pause
    }
    func wantsBody() {}
    func finish(_ ending: TransferEnding) { recorder.finish(ending) }
}
