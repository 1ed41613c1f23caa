import Foundation
import Synchronization
import TallyTestSupport
import Testing

@testable import CurlTransport

/// Many transfers at once, and what is left of them.
@Suite(.timeLimit(.minutes(2)))
struct TransferEngineTests {
    /// Holds every response at its first half until all are there.
    @Test(arguments: [1, 2])
    func carriesFiveHundredStreamsAtOnce(threads: Int) async throws {
        let count = 500
        let gate = NSCondition()
        let arrived = Mutex(0)
        let server = try ScriptedServer { connection, _ in
            guard connection.head() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nsome\r\n")
            gate.lock()
            arrived.withLock { $0 += 1 }
            gate.broadcast()
            while arrived.withLock({ $0 }) < count { gate.wait() }
            gate.unlock()
            connection.send("5\r\n more\r\n0\r\n\r\n")
        }
        let engine = TransferEngine(threads: threads, maximumIdleConnections: 4)
        let recorders = (0..<count).map { _ in Recorder() }
        for recorder in recorders { recorder.start(engine, .get(server.address("/"))) }
        for recorder in recorders {
            #expect(await recorder.ending() == .complete)
            #expect(recorder.text == "some more")
            #expect(recorder.faults.isEmpty)
        }
        #expect(engine.transfersUnderWay == 0)
    }

    @Test func keepsNoMoreIdleConnectionsThanItMay() async throws {
        let server = try ScriptedServer(answering: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let engine = TransferEngine(threads: 1, maximumIdleConnections: 3)
        let recorders = (0..<40).map { _ in Recorder() }
        for recorder in recorders { recorder.start(engine, .get(server.address("/"))) }
        for recorder in recorders { #expect(await recorder.ending() == .complete) }
        // Where many end at one moment each of the next closes one more.
        for _ in 0..<40 { _ = await engine.carryOut(.get(server.address("/"))) }
        #expect(Self.descriptors(to: server.port) <= 4)
    }

    @Test func cancelsAllWhenItIsShutDown() async throws {
        let server = try ScriptedServer { connection, number in
            guard connection.head() != nil else { return }
            if number.isMultiple(of: 2) { connection.send("HTTP/1.1 200 OK\r\n\r\nsome") }
            connection.waitForEnd()
        }
        let engine = TransferEngine(threads: 2, maximumIdleConnections: 8)
        let recorders = (0..<20).map { _ in Recorder() }
        for recorder in recorders { recorder.start(engine, .get(server.address("/"))) }
        engine.shutDown()
        for recorder in recorders { #expect(recorder.endings == [.failed(.cancelled)]) }
        #expect(engine.transfersUnderWay == 0)
        // From now on nothing begins.
        let late = Recorder()
        late.start(engine, .get(server.address("/")))
        #expect(late.endings == [.failed(.cancelled)])
        late.steer { $0.cancel() }
        engine.shutDown()
        server.waitForEnd()
        #expect(Self.descriptors(to: server.port) == 0)
    }

    @Test func endsByItselfWhenNobodyHoldsIt() async throws {
        let server = try ScriptedServer { connection, _ in connection.waitForEnd() }
        let recorder = Recorder()
        do {
            let engine = TransferEngine(threads: 2, maximumIdleConnections: 8)
            recorder.start(engine, .get(server.address("/")))
        }
        #expect(await recorder.ending() == .failed(.cancelled))
        recorder.steer { $0.cancel() }
        server.waitForEnd()
    }

    @Test func mayBeShutDownByAReceiver() async throws {
        let server = try ScriptedServer(answering: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let engine = TransferEngine()
        let stopper = Stopper(engine)
        _ = engine.start(.get(server.address("/")), receiver: stopper)
        for await _ in stopper.done.stream { break }
        server.waitForEnd()
    }

    @Test(arguments: ["complete", "cancel", "shutDown"])
    func letsGoOfAReceiverOnceItIsFinished(way: String) async throws {
        let server = try ScriptedServer { connection, _ in
            guard connection.head() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(way == "complete" ? 4 : 5)\r\n\r\nsome")
            connection.waitForEnd()
        }
        let engine = TransferEngine()
        weak var released: Recorder?
        do {
            let recorder = Recorder()
            released = recorder
            recorder.start(engine, .get(server.address("/")))
            await recorder.beginning()
            switch way {
            case "cancel": recorder.steer { $0.cancel() }
            case "shutDown": engine.shutDown()
            default: break
            }
            _ = await recorder.ending()
        }
        engine.shutDown()
        // The recorder's own queue may hold it for an instant.
        while released != nil { await Task.yield() }
    }

    /// How many descriptors of this process are the client's ends of connections to a port of the loopback.
    static func descriptors(to port: UInt16) -> Int {
        var limit = rlimit()
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return (0..<Int32(clamping: min(limit.rlim_cur, 65_536))).count { descriptor in
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe getpeername(descriptor, $0, &length)
                }
            }
            return status == 0 && address.sin_family == AF_INET && UInt16(bigEndian: address.sin_port) == port
        }
    }
}

/// A receiver that shuts its engine down at the end of its transfer.
private final class Stopper: TransferReceiver {
    let done = AsyncStream<Void>.makeStream()
    private let engine: TransferEngine

    init(_ engine: TransferEngine) { self.engine = engine }

    func receive(_ head: TransferHead) {}
    func receive(_ bytes: UnsafeRawBufferPointer) -> TransferFlow { .proceed }
    func wantsBody() {}
    func finish(_ ending: TransferEnding) {
        engine.shutDown()
        done.continuation.finish()
    }
}
