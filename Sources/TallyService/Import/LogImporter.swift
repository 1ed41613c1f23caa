package import TallyCore

/// Reads logs, prices their events and stores them, each once, and so the lines of statements.
///
/// While the database takes some batches the next ones are read, parsed, priced and encoded; what is ready when it can
/// take more is stored together. So a database that is behind gets large transactions, which cost it less, and one that
/// keeps up gets its events soon.
package struct LogImporter<Sink: EventSink & StatementSink>: Sendable {
    private let sink: Sink
    private let book: PriceBook

    /// An importer.
    ///
    /// - Parameters:
    ///   - sink: Where events and statements go; a ``DryRunSink`` for reading and pricing only.
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
        let started = try await reader.start()
        var progress = try await withThrowingTaskGroup(of: StoredGroup.self) { stores in
            var progress = started
            var assembly = BatchAssembly(reader: reader, sink: sink)
            var queue = StoreQueue(limit: sink.maximumStores)
            repeat {
                if queue.hasPlace, !assembly.ready.isEmpty {
                    let (group, turn) = (assembly.takeReady(), queue.nextTurn())
                    stores.addTask { try await store(group, in: turn) }
                } else if assembly.hasRoom {
                    try await assembly.advance()
                } else {
                    try await queue.change()
                }
                while queue.hasFinished, let stored = try await stores.next() {
                    queue.collect()
                    stored.add(to: &progress)
                    onProgress(progress)
                }
            } while !assembly.isDone || !queue.isEmpty
            return progress
        }
        await reader.finish().add(to: &progress)
        return progress
    }

    /// Batches that were stored together, and what became of them.
    private struct StoredGroup: Sendable {
        let counts: StoredCounts
        let statements: StatementCounts
        let time: Duration
        let tallies: [BatchReader.Tally]

        func add(to progress: inout ImportProgress) {
            progress.timings.load += time
            progress.stored += counts.stored
            progress.duplicate += counts.duplicate + statements.duplicate
            progress.statements += statements.stored + statements.changed
            progress.merged += counts.merged
            progress.unpriced += counts.unpriced
            progress.reattributed += counts.reattributed
            for tally in tallies { tally.add(to: &progress) }
        }
    }

    private func store(
        _ group: [BatchAssembly<Sink>.Batch], in turn: StoreQueue.Turn
    ) async throws -> StoredGroup {
        let clock = ContinuousClock()
        let started = clock.now
        do {
            let events = group.compactMap { if case .events(let events) = $0.content { events } else { nil } }
            var counts = StoredCounts()
            if events.isEmpty {
                try await turn.come()
            } else {
                counts = try await sink.store(events) { try await turn.come() }
            }
            var statements = StatementCounts()
            for batch in group {
                if case .statements(let batch) = batch.content { statements += try await sink.store(batch) }
            }
            turn.end()
            return StoredGroup(
                counts: counts, statements: statements, time: clock.now - started, tallies: group.map(\.tally))
        } catch {
            turn.end(throwing: error)
            throw error
        }
    }
}
