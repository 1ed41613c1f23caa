internal import Synchronization
package import TallyCore

/// Reads logs, prices their events and stores them, each once.
///
/// While the database stores some batches the next ones are read, parsed, priced and encoded; what is ready when it is
/// done is stored together. So a database that is behind gets large transactions, which cost it less, and one that keeps
/// up gets its events soon.
package struct LogImporter<Sink: EventSink>: Sendable {
    private let sink: Sink
    private let book: PriceBook

    /// An importer.
    ///
    /// - Parameters:
    ///   - sink: Where events go; a ``DryRunSink`` for reading and pricing only.
    ///   - book: The prices.
    package init(sink: Sink, book: PriceBook) {
        self.sink = sink
        self.book = book
    }

    /// Imports everything a request names; `onProgress` is called whenever batches were stored.
    ///
    /// A file that cannot be read, or breaks off, is noted in the result and the others go on.
    ///
    /// - Throws: `LogInputError` when a path cannot be walked or rejects cannot be noted; the sink's errors.
    package func run(
        _ request: ImportRequest, onProgress: @Sendable (ImportProgress) -> Void = { _ in }
    ) async throws -> ImportProgress {
        let reader = BatchReader(request: request, book: book)
        var progress = try await reader.start()
        var line = Assembly(reader: reader, sink: sink)
        try await line.advance()
        while !line.ready.isEmpty {
            let group = line.takeReady()
            let isStored = Flag()
            async let storing = store(group, noting: isStored)
            // At least one batch is made ready meanwhile, and then as many as the database leaves time for.
            repeat { try await line.advance() } while !isStored.isSet && line.hasRoom
            let (counts, time) = try await storing
            progress.timings.load += time
            progress.stored += counts.stored
            progress.duplicate += counts.duplicate
            progress.unpriced += counts.unpriced
            progress.reattributed += counts.reattributed
            for batch in group { batch.tally.add(to: &progress) }
            onProgress(progress)
        }
        await reader.finish().add(to: &progress)
        return progress
    }

    /// Stores batches, and says so as soon as it is done.
    private func store(
        _ group: [Assembly.Batch], noting isStored: Flag
    ) async throws -> (counts: StoredCounts, time: Duration) {
        defer { isStored.set() }
        let clock = ContinuousClock()
        let started = clock.now
        let counts = try await sink.store(group.map(\.prepared))
        return (counts, clock.now - started)
    }

    /// The way of batches up to storing: while one is encoded, the next is read.
    private struct Assembly {
        /// A batch that is ready to be stored, with what became of the records read for it.
        struct Batch: Sendable {
            let prepared: Sink.Prepared
            let events: Int
            let tally: BatchReader.Tally
        }

        let reader: BatchReader
        let sink: Sink
        private(set) var ready: [Batch] = []
        private var read: BatchReader.Output?
        private var isAtEnd = false
        private var events = 0
        /// Events of the largest batch so far: the next one may be as large.
        private var largest = 0

        init(reader: BatchReader, sink: Sink) {
            self.reader = reader
            self.sink = sink
        }

        /// Whether there may be another batch that could be stored together with those that are ready.
        var hasRoom: Bool { !isAtEnd && events + largest <= EventBatch.maximumCountTogether }

        /// Encodes the batch that was read last and reads the next one; at the end, nothing.
        mutating func advance() async throws {
            if read == nil, !isAtEnd { read = try await reader.next() }
            guard let current = read else {
                isAtEnd = true
                return
            }
            async let following = reader.next()
            let prepared = try await sink.prepare(current.batch)
            let count = current.batch.events.count
            ready.append(Batch(prepared: prepared, events: count, tally: current.tally))
            events += count
            largest = max(largest, count)
            read = try await following
            isAtEnd = read == nil
        }

        /// Hands over the batches that are ready.
        mutating func takeReady() -> [Batch] {
            defer {
                ready = []
                events = 0
            }
            return ready
        }
    }

    /// Something that is done once.
    private final class Flag: Sendable {
        private let value = Atomic(false)

        var isSet: Bool { value.load(ordering: .acquiring) }

        func set() { value.store(true, ordering: .releasing) }
    }
}
