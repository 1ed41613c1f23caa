package import DurableQueue
package import Logging
internal import ServiceLifecycle
package import TallyCore

/// Moves recorded calls from the spool into the database: at least once, and there each becomes one event.
///
/// A database that is away for hours is normal: the calls wait. Told to stop, it moves what it can at once and leaves
/// the rest for the next start.
package struct SpoolIngestor<Sink: EventSink>: Service {
    private let spool: DurableQueue
    private let sink: Sink
    private let prices: PriceBoard
    private let rejectPath: String
    private let logger: Logger
    private let now: @Sendable () -> Instant
    /// What it counts.
    package let counters = LoadCounters()

    /// How long calls gather before they are moved, unless a whole batch is there.
    ///
    /// A few large transactions cost less than many small ones, and leave the processor and the disk to the calls that
    /// wait for their own records.
    private static var gatheringTime: Duration { .milliseconds(100) }
    /// The most calls that are moved in one transaction.
    private static var maximumRecords: Int { 5_000 }
    /// The most bytes that are read at a time.
    private static var maximumBytes: Int { 16 << 20 }

    /// An ingestor.
    ///
    /// - Parameters:
    ///   - spool: Where calls are recorded.
    ///   - sink: Where their events go.
    ///   - prices: Where the prices are from.
    ///   - rejectPath: The file for records that cannot be read, which are kept there.
    ///   - logger: Where outages are noted.
    ///   - now: The clock, for the time of the last load.
    package init(
        spool: DurableQueue, sink: Sink, prices: PriceBoard, rejectPath: String, logger: Logger,
        now: @escaping @Sendable () -> Instant
    ) {
        self.spool = spool
        self.sink = sink
        self.prices = prices
        self.rejectPath = rejectPath
        self.logger = logger
        self.now = now
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown { await ingest() }
        // What came until the proxy had stopped.
        await moveAll()
    }

    private func ingest() async {
        var delay = RetryDelay()
        // So that responses tell their cost by the prices in force before the first call was moved.
        _ = try? await prices.book()
        while !Task.isCancelled {
            do {
                let moved = try await move()
                delay.reset()
                if moved == Self.maximumRecords { continue }
                for await _ in spool.arrivals { break }
                try await Task.sleep(for: Self.gatheringTime)
            } catch {
                if Task.isCancelled { return }
                if delay.isFirst {
                    logger.error("recorded calls wait for the database", metadata: ["error": "\(error)"])
                }
                do { try await Task.sleep(for: delay.next()) } catch { return }
            }
        }
    }

    /// Moves what there is, as long as that goes well.
    private func moveAll() async {
        do {
            while try await move() > 0 {}
        } catch {
            logger.notice(
                "recorded calls stay in the spool until the next start",
                metadata: ["spool.records": "\(spool.backlog.records)", "error": "\(error)"])
        }
    }

    /// Moves the oldest calls.
    ///
    /// - Returns: How many there were.
    /// - Throws: The fault of the spool or the database; nothing is lost, and moving again adds nothing.
    private func move() async throws -> Int {
        let records = try await spool.read(
            after: 0, maximumRecords: Self.maximumRecords, maximumBytes: Self.maximumBytes)
        guard let last = records.last else { return 0 }
        let book = try await prices.book()
        let calls = try read(records, book: book)
        let stored = try await store(calls[...], upTo: last.sequence, book: book)
        try await spool.remove(through: last.sequence)
        counters.load(stored, at: now())
        return records.count
    }

    /// A recorded call: its line, and the event in it.
    private struct RecordedCall {
        let line: [UInt8]
        let event: PricedEvent
    }

    /// Reads the calls of records, each once; lines that cannot be read are kept aside.
    private func read(_ records: [DurableRecord], book: PriceBook) throws -> [RecordedCall] {
        var reader = try SpoolReader(aliases: book.aliases)
        var calls: [RecordedCall] = []
        var known: Set<EventIdentity> = []
        for line in records.lazy.flatMap({ $0.bytes.split(separator: UInt8(ascii: "\n")).map(Array.init) }) {
            do {
                let event = try reader.event(line)
                guard known.insert(event.identity).inserted else { continue }
                calls.append(
                    RecordedCall(line: line, event: PricedEvent(event: event, charge: .unpriced(.noPrice))))
            } catch {
                try keep(line, because: error)
            }
        }
        return calls
    }

    /// Stores calls; those that cannot be stored are kept aside, so that they hold up no others.
    ///
    /// - Returns: How many events are in the database by now.
    private func store(
        _ calls: ArraySlice<RecordedCall>, upTo sequence: Int64, book: PriceBook
    ) async throws -> Int {
        guard let first = calls.first else { return 0 }
        var events = calls.map(\.event)
        var pricer = EventPricer(book: book)
        pricer.price(&events)
        let batch = EventBatch(
            events: events, book: book, origin: .proxy,
            checkpoint: SourceCheckpoint(item: EventOrigin.proxy.name, position: sequence, isComplete: false))
        do {
            _ = try await sink.store(batch)
            return events.count
        } catch {
            guard (error as? any DataFaultError)?.isDataFault == true else { throw error }
            guard calls.count > 1 else {
                try keep(first.line, because: error)
                return 0
            }
            let middle = calls.startIndex + calls.count / 2
            let before = try await store(calls[..<middle], upTo: sequence, book: book)
            return try await before + store(calls[middle...], upTo: sequence, book: book)
        }
    }

    /// Keeps a record that cannot be moved in a file of its own, and says so.
    private func keep(_ line: [UInt8], because error: any Error) throws {
        logger.error(
            "a recorded call cannot be stored and is kept aside",
            metadata: ["file": "\(rejectPath)", "error": "\(error)"])
        try KeptRecords.append(line, to: rejectPath)
        counters.keptAside.add()
    }
}
