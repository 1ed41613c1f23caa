import CurlTransport
import TallyTestSupport
import Testing

/// Whom a transfer trusts.
@Suite(.timeLimit(.minutes(5)))
struct TransferTrustTests {
    private let engine = TransferEngine()

    private func ending(_ server: TLSServer, certificateFile: String?) async -> Recorder {
        await engine.carryOut(
            TransferRequest(
                method: "GET", url: "https://127.0.0.1:\(server.port)/", certificateFile: certificateFile))
    }

    private func isUntrusted(_ recorder: Recorder) -> Bool {
        if case .failed(.untrusted) = recorder.endings.first { true } else { false }
    }

    @Test func trustsWhatItIsToldTo() async throws {
        let server = try TLSServer(subject: "IP:127.0.0.1")
        let trusted = await ending(server, certificateFile: server.certificate)
        #expect(trusted.endings == [.complete])
        #expect(trusted.head?.status == 200)
        // Neither the connection nor the handle of the one before is one for this.
        #expect(isUntrusted(await ending(server, certificateFile: nil)))
        #expect(await ending(server, certificateFile: server.certificate).endings == [.complete])
    }

    @Test func trustsNoCertificateOfAnother() async throws {
        let server = try TLSServer(subject: "DNS:other.test")
        #expect(isUntrusted(await ending(server, certificateFile: server.certificate)))
    }

    @Test func trustsNobodyWithoutTheFile() async throws {
        let server = try ScriptedServer { connection, _ in connection.waitForEnd() }
        let recorder = await engine.carryOut(
            TransferRequest(
                method: "GET", url: "https://127.0.0.1:\(server.port)/", certificateFile: "/nowhere/ca.pem"))
        #expect(isUntrusted(recorder))
    }

    @Test func talksNoPlainTextUnderTLS() async throws {
        let server = try ScriptedServer { connection, _ in
            _ = connection.receive()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
        #expect(isUntrusted(await engine.carryOut(.get("https://127.0.0.1:\(server.port)/"))))
    }
}
