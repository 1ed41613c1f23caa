import DurableQueue
import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import TallyCore
import TallyMetering
import TallyTestSupport
import Testing

@testable import TallyService

/// What becomes of recorded calls that the database cannot store.
struct SpoolIngestorTests {
    /// Takes all events but one.
    private final class PickySink: EventSink {
        struct Refusal: DataFaultError { let isDataFault = true }

        let refused: EventIdentity
        let taken = Mutex<[EventIdentity]>([])
        var maximumStores: Int { 1 }

        init(refusing refused: EventIdentity) { self.refused = refused }

        func prepare(_ batch: EventBatch) -> [EventIdentity] { batch.events.map(\.event.identity) }

        func storeEach(
            _ batches: [[EventIdentity]], inTurn turn: @Sendable () async throws -> Void
        ) async throws -> [StoredCounts] {
            try await turn()
            if batches.joined().contains(refused) { throw Refusal() }
            taken.withLock { $0 += batches.joined() }
            return batches.map { _ in StoredCounts() }
        }
    }

    @Test(.database) func whatCannotBeMovedIsKeptAsideOnce() async throws {
        let database = try TestDatabase.current
        let folder = try LogFolder()
        let spool = try DurableQueue(
            folder: folder.file("spool"),
            limits: DurableQueue.Limits(
                maximumRecords: 100, maximumBytes: 1 << 20, reservedRecords: 1, reservedBytes: 0))
        let time = try instant("2026-04-01T00:00:00Z")
        let events = (1...5).map { UsageEvent(identity: EventIdentity(high: 7, low: $0), time: time) }
        let lines = [Array("no record".utf8)] + events.map { EventRecordWriter.record(of: $0) }
        for line in lines {
            try await withCheckedThrowingContinuation { continuation in
                spool.append(line, using: nil) { result in
                    continuation.resume(with: result.map { _ in }.mapError { $0 as any Error })
                }
            }
        }
        let sink = PickySink(refusing: events[2].identity)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let ingestor = SpoolIngestor(
            spool: spool, sink: sink, prices: PriceBoard(prices: database.tally, shelf: PriceShelf()),
            rejectPath: folder.file("rejects"), logger: logger, now: { time })
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [ingestor], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            // Told to stop, it moves what there is.
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(spool.backlog.records == 0)
        await spool.close()
        #expect(sink.taken.withLock { $0 } == [0, 1, 3, 4].map { events[$0].identity })
        let kept = try String(contentsOfFile: folder.file("rejects"), encoding: .utf8).split(separator: "\n")
        #expect(kept.map { Array($0.utf8) } == [lines[0], lines[3]])
    }
}
