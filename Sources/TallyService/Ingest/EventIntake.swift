package import TallyCore

/// Prices events that were sent in and stores them, each once.
package struct EventIntake: Sendable {
    private let book: @Sendable () async throws -> PriceBook
    private let storeBatch: @Sendable (EventBatch) async throws -> StoredCounts

    /// What became of events.
    struct Outcome: Sendable {
        /// The counts of those that are durable.
        var counts = StoredCounts()
        /// The places of those that cannot be stored, however often it is tried.
        var refused: [Int] = []
    }

    /// An intake.
    ///
    /// - Parameters:
    ///   - sink: Where events go.
    ///   - prices: Where the prices are from.
    package init(sink: some EventSink, prices: PriceBoard) {
        let gathering = StoreGathering(sink: sink)
        book = { try await prices.book() }
        storeBatch = { batch in
            try await gathering.store(try await sink.prepare(batch), count: batch.events.count)
        }
    }

    /// The prices in force.
    ///
    /// - Throws: The fault of the store.
    func prices() async throws -> PriceBook { try await book() }

    /// Prices and stores events.
    ///
    /// - Parameters:
    ///   - events: The events, with distinct identities.
    ///   - origin: Where they come from.
    ///   - book: The prices.
    /// - Returns: What became of them; those that are not refused are durable.
    /// - Throws: The sink's errors; sending the events again adds nothing to what may be stored.
    func take(_ events: [UsageEvent], from origin: EventOrigin, book: PriceBook) async throws -> Outcome {
        if events.isEmpty { return Outcome() }
        var priced = events.map { PricedEvent(event: $0, charge: .unpriced(.noPrice)) }
        var pricer = EventPricer(book: book)
        pricer.price(&priced)
        let batch = EventBatch(events: priced, book: book, origin: origin, checkpoint: nil)
        var outcome = Outcome()
        try await store(batch, from: 0, into: &outcome)
        return outcome
    }

    /// Stores a batch; when the values of an event are at fault, it is looked for by halves and refused.
    private func store(_ batch: EventBatch, from start: Int, into outcome: inout Outcome) async throws {
        do {
            outcome.counts += try await storeBatch(batch)
        } catch {
            guard (error as? any DataFaultError)?.isDataFault == true else { throw error }
            if batch.events.count == 1 {
                outcome.refused.append(start)
                return
            }
            let middle = batch.events.count / 2
            var half = batch
            half.events = Array(batch.events[..<middle])
            try await store(half, from: start, into: &outcome)
            half.events = Array(batch.events[middle...])
            try await store(half, from: start + middle, into: &outcome)
        }
    }
}
