internal import LogInput
package import TallyCore

/// Reads logs, prices their events and stores them, each once.
///
/// While the database stores one batch the next is read, parsed and priced.
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
        var batch = try await reader.next()
        while let current = batch {
            async let following = reader.next()
            let started = clock.now
            if let sink {
                let counts = try await sink.store(current.batch)
                progress.stored += counts.stored
                progress.duplicate += counts.duplicate
                progress.unpriced += counts.unpriced
                progress.reattributed += counts.reattributed
            } else {
                progress.stored += current.batch.events.count
                progress.unpriced += current.batch.events.count { $0.isUnpriced }
            }
            progress.timings.load += clock.now - started
            current.tally.add(to: &progress)
            onProgress(progress)
            batch = try await following
        }
        try await reader.finish().add(to: &progress)
        return progress
    }
}

extension PricedEvent {
    fileprivate var isUnpriced: Bool {
        event.billedCost == nil && event.reportedCost == nil && charge.cost == nil
    }
}
