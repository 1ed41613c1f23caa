internal import LogInput
package import TallyCore

/// Reads logs, prices their events and stores them, each once.
///
/// While the database stores one batch the next is read, parsed, priced and encoded.
package struct LogImporter: Sendable {
    private let sink: (any EventSink)?
    private let book: PriceBook

    /// An importer.
    ///
    /// - Parameters:
    ///   - sink: Where events go; `nil` reads and prices only.
    ///   - book: The prices.
    package init(sink: (any EventSink)?, book: PriceBook) {
        self.sink = sink
        self.book = book
    }

    /// Imports everything a request names; `onProgress` is called after every batch.
    ///
    /// A file that cannot be read, or breaks off, is noted in the result and the others go on.
    ///
    /// - Throws: `LogInputError` when a path cannot be walked or rejects cannot be noted; the sink's errors.
    package func run(
        _ request: ImportRequest, onProgress: @Sendable (ImportProgress) -> Void = { _ in }
    ) async throws -> ImportProgress {
        let reader = BatchReader(request: request, book: book)
        var progress = try await reader.start()
        let clock = ContinuousClock()
        // Three batches are on their way at a time: one is stored, one encoded, one read.
        var ready = try await prepare(try await reader.next())
        var read = try await reader.next()
        while let current = ready {
            let waiting = read
            async let following = prepare(waiting)
            async let afterThat = reader.next()
            let started = clock.now
            let counts = try await current.batch.store()
            progress.timings.load += clock.now - started
            progress.stored += counts.stored
            progress.duplicate += counts.duplicate
            progress.unpriced += counts.unpriced
            progress.reattributed += counts.reattributed
            current.tally.add(to: &progress)
            onProgress(progress)
            ready = try await following
            read = try await afterThat
        }
        await reader.finish().add(to: &progress)
        return progress
    }

    /// A batch that was read, ready to be stored.
    private func prepare(
        _ output: BatchReader.Output?
    ) async throws -> (batch: PreparedBatch, tally: BatchReader.Tally)? {
        guard let output else { return nil }
        if let sink { return (try await sink.prepare(output.batch), output.tally) }
        var counts = StoredCounts()
        counts.stored = output.batch.events.count
        counts.unpriced = output.batch.events.count { $0.isUnpriced }
        return (PreparedBatch { [counts] in counts }, output.tally)
    }
}

extension PricedEvent {
    fileprivate var isUnpriced: Bool {
        event.billedCost == nil && event.reportedCost == nil && charge.cost == nil
    }
}
