internal import TallyCore

/// Gathers what several requests hand in at once into common transactions: each of them waits until its own events are
/// durable, and a transaction costs about as much for many as for one.
///
/// Whoever comes first stores, and takes along what has come in the meantime; then the next in line does.
actor StoreGathering<Sink: EventSink> {
    private struct Waiting {
        let batch: Sink.Prepared
        let count: Int
        let turn: CheckedContinuation<Turn, any Error>
    }

    /// What became of one who waited.
    private enum Turn {
        /// It was stored with others.
        case stored(StoredCounts)
        /// It is its turn to store.
        case lead
    }

    private let sink: Sink
    private var waiting: [Waiting] = []
    private var leaders = 0

    /// Gathers for a sink.
    init(sink: Sink) {
        self.sink = sink
    }

    /// Stores a batch, perhaps together with those of others.
    ///
    /// - Parameters:
    ///   - batch: The batch.
    ///   - count: How many events it has.
    /// - Returns: What became of them; they are durable.
    /// - Throws: The sink's errors; nothing of the batch is stored then, or storing it again adds nothing.
    func store(_ batch: Sink.Prepared, count: Int) async throws -> StoredCounts {
        if leaders < sink.maximumStores {
            leaders += 1
            return try await lead(with: batch, count: count)
        }
        // Waiting has an end: those before have one, since their statements do.
        let turn = try await withCheckedThrowingContinuation { continuation in
            waiting.append(Waiting(batch: batch, count: count, turn: continuation))
        }
        switch turn {
        case .stored(let counts): return counts
        case .lead: return try await lead(with: batch, count: count)
        }
    }

    private func lead(with batch: Sink.Prepared, count: Int) async throws -> StoredCounts {
        let others = takeAlong(besides: count)
        defer { passOn() }
        do {
            let counts = try await sink.storeEach([batch] + others.map(\.batch)) {}
            for (other, counts) in zip(others, counts.dropFirst()) { other.turn.resume(returning: .stored(counts)) }
            return counts[0]
        } catch {
            let isOfOne = error is CancellationError || (error as? any DataFaultError)?.isDataFault == true
            if isOfOne {
                // The fault may be anyone's: each tries by itself, and only one fails.
                await storeAlone(others)
                if !others.isEmpty, !(error is CancellationError) {
                    return try await sink.storeEach([batch]) {}[0]
                }
            } else {
                for other in others { other.turn.resume(throwing: error) }
            }
            throw error
        }
    }

    private func storeAlone(_ others: [Waiting]) async {
        for other in others {
            do {
                other.turn.resume(returning: .stored(try await sink.storeEach([other.batch]) {}[0]))
            } catch {
                other.turn.resume(throwing: error)
            }
        }
    }

    /// Takes those who wait, in their order, as far as they fit.
    private func takeAlong(besides count: Int) -> [Waiting] {
        var total = count
        var end = 0
        while end < waiting.count, total + waiting[end].count <= EventBatch.maximumCountTogether {
            total += waiting[end].count
            end += 1
        }
        defer { waiting.removeFirst(end) }
        return Array(waiting[..<end])
    }

    private func passOn() {
        if waiting.isEmpty {
            leaders -= 1
        } else {
            waiting.removeFirst().turn.resume(returning: .lead)
        }
    }
}
