import DurableQueue
import FakeProvider
import Foundation
import Logging
import ServiceLifecycle
import TallyConfig
import TallyCore
import TallyMetering
import TallyTestSupport
import Testing

@testable import TallyService

/// A metering proxy with a spool and a provider behind it, for the length of a test.
struct ProxyStage {
    /// The calls that may be under way at once.
    private static let places = 256

    let provider: FakeProvider
    let spool: DurableQueue
    /// Where the proxy listens.
    let port: Int
    private let counters: ProxyCounters

    /// Runs a piece of a test; then everything has to stop by itself, with no place in the spool still held.
    static func run(_ setup: ProxySetup = ProxySetup(), _ body: (ProxyStage) async throws -> Void) async throws {
        let provider = try await FakeProvider.start(setup.provider)
        let folder = NSTemporaryDirectory() + "tally-proxy-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let spool = try DurableQueue(
            folder: folder,
            limits: DurableQueue.Limits(
                maximumRecords: setup.maximumRecords, maximumBytes: 1 << 26, reservedRecords: places,
                reservedBytes: 0))
        do {
            try await serve(setup, provider, spool, body)
        } catch {
            await spool.close()
            try await provider.stop()
            throw error
        }
        if setup.maximumRecords > places + spool.backlog.records {
            let free = (0..<places).compactMap { _ in try? spool.reserve() }
            #expect(free.count == places, "places in the spool are still held")
        }
        await spool.close()
        try await provider.stop()
    }

    private static func serve(
        _ setup: ProxySetup, _ provider: FakeProvider, _ spool: DurableQueue,
        _ body: (ProxyStage) async throws -> Void
    ) async throws {
        let ring = KeyRing()
        ring.replace(with: setup.keys)
        let now = Instant(microseconds: Int64(Date.now.timeIntervalSince1970 * 1_000_000))
        let (addresses, announcer) = AsyncStream.makeStream(of: String.self)
        let configuration = try setup.configuration(provider: provider.address)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let proxy = MeteringProxy(
            listen: configuration.proxy.listen, configuration: configuration,
            parts: MeteringProxy.Parts(
                spool: spool, prices: PriceShelf(), findKey: { ring.find(secret: String($0)) },
                credentials: setup.credentials, now: { now }, append: setup.append?(spool)),
            logger: logger, onListening: { announcer.yield($0) })
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [proxy], logger: logger))
        try await withThrowingTaskGroup { tasks in
            tasks.addTask {
                defer { announcer.finish() }
                try await group.run()
            }
            for await address in addresses {
                let port = try #require(address.split(separator: ":").last.flatMap { Int($0) })
                do {
                    try await body(ProxyStage(provider: provider, spool: spool, port: port, counters: proxy.counters))
                } catch {
                    await group.triggerGracefulShutdown()
                    throw error
                }
                break
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// What the proxy has counted, as text.
    var metrics: String {
        var metrics = MetricsText()
        counters.add(to: &metrics)
        return metrics.text
    }

    /// A connection to the proxy.
    func connect(receiveBytes: Int? = nil) throws -> TestClient {
        try TestClient(port: port, receiveBytes: receiveBytes)
    }

    /// Sends one call on a connection of its own; what its client sees.
    func response(to call: TestCall) async throws -> SeenResponse {
        let client = try connect()
        try await client.send(call)
        return try await client.response(to: call.method)
    }

    /// Waits for so many recorded calls; the events of all.
    func events(_ count: Int) async throws -> [UsageEvent] {
        for await _ in spool.arrivals {
            let records = try await spool.read(after: 0, maximumRecords: 100_000, maximumBytes: 1 << 26)
            guard records.count >= count else { continue }
            #expect(records.count == count)
            var reader = try SpoolReader(aliases: ProviderAliases())
            var events: [UsageEvent] = []
            for line in records.flatMap({ $0.bytes.split(separator: UInt8(ascii: "\n")) }) {
                events.append(try reader.event(Array(line)))
            }
            return events
        }
        throw CancellationError()
    }

    /// Waits for the one recorded call.
    func event() async throws -> UsageEvent { try #require(try await events(1).first) }

    /// Lets everything that has come to the proxy so far be worked off: what is asked now comes behind it.
    func settle() async throws {
        for _ in 0..<max(2, ProcessInfo.processInfo.activeProcessorCount) {
            #expect(try await response(to: .models).status == 200)
        }
    }
}
