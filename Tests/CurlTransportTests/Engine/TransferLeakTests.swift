import TallyTestSupport
import Testing

@testable import CurlTransport

/// Thousands of transfers with every kind of end, after which nothing is left.
@Suite(.timeLimit(.minutes(3)))
struct TransferLeakTests {
    /// A server whose answer the path names.
    private func server() throws -> ScriptedServer {
        try ScriptedServer { connection, _ in
            while let head = connection.head() {
                let path = head.first?.split(separator: " ").dropFirst().first ?? ""
                switch path {
                case "/ok": connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsome")
                case "/chunked":
                    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nsome\r\n0\r\n\r\n")
                case "/upload":
                    _ = connection.body(70_000)
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                case "/cut":
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome")
                    return
                case "/reset": return connection.reset()
                case "/garbage":
                    connection.send("garbage\r\n\r\n")
                    return
                case "/stall":
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome")
                    return connection.waitForEnd()
                default: return connection.waitForEnd()
                }
            }
        }
    }

    @Test func leavesNothingBehind() async throws {
        let server = try server()
        let engine = TransferEngine(threads: 2, maximumIdleConnections: 16)
        var kinds: [String: Int] = [:]
        await withTaskGroup(of: [Recorder].self) { group in
            for worker in 0..<32 {
                group.addTask {
                    var generator = SplitMix64(seed: UInt64(worker))
                    var recorders: [Recorder] = []
                    for _ in 0..<100 {
                        let path = Self.paths[Int.random(in: 0..<Self.paths.count, using: &generator)]
                        let recorder = Self.start(path, server, engine, &generator)
                        _ = await recorder.ending()
                        recorders.append(recorder)
                    }
                    return recorders
                }
            }
            for await recorders in group {
                for recorder in recorders {
                    kinds[Self.kind(recorder.endings.first), default: 0] += 1
                    #expect(recorder.endings.count == 1)
                    #expect(recorder.faults.isEmpty)
                }
            }
        }
        #expect(kinds.values.reduce(0, +) == 3_200)
        #expect(
            Set(kinds.keys) == [
                "complete", "cutOff", "failed", "malformed", "timedOut", "cancelled", "unreachable", "badRequest",
            ])
        #expect(engine.transfersUnderWay == 0)
        #expect(engine.liveHandles > 0)
        engine.shutDown()
        #expect(engine.liveHandles == 0)
        server.waitForEnd()
        #expect(TransferEngineTests.descriptors(to: server.port) == 0)
    }

    private static let paths = [
        "/ok", "/chunked", "/paused", "/upload", "/cut", "/reset", "/garbage", "/stall", "/silence", "/cancelled",
        "/unreachable", "/bad",
    ]

    private static func start(
        _ path: String, _ server: ScriptedServer, _ engine: TransferEngine, _ generator: inout SplitMix64
    ) -> Recorder {
        var request = TransferRequest.get(server.address(path))
        var recorder = Recorder()
        switch path {
        case "/paused":
            request.url = server.address("/chunked")
            recorder = Recorder { _ in .pause }
        case "/upload":
            request.body = .stream(length: 70_000)
            recorder = Recorder.sending { transfer, _ in transfer.send([UInt8](repeating: 1, count: 10_000)) }
        case "/stall": request.limits.idle = .milliseconds(Int.random(in: 1...20, using: &generator))
        case "/silence": request.limits.firstByte = .milliseconds(Int.random(in: 1...20, using: &generator))
        case "/unreachable": request.url = "http://127.0.0.1:1/"
        case "/bad": request.headers = [("X", "\n")]
        default: break
        }
        recorder.start(engine, request)
        if path == "/cancelled" { recorder.steer { $0.cancel() } }
        return recorder
    }

    private static func kind(_ ending: TransferEnding?) -> String {
        switch ending {
        case .complete: "complete"
        case .failed(.cutOff): "cutOff"
        case .failed(.failed): "failed"
        case .failed(.malformed): "malformed"
        case .failed(.timedOut): "timedOut"
        case .failed(.cancelled): "cancelled"
        case .failed(.unreachable): "unreachable"
        case .failed(.badRequest): "badRequest"
        case .failed(.untrusted): "untrusted"
        case nil: "none"
        }
    }
}
