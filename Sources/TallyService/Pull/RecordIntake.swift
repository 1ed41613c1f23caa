internal import LogInput
internal import TallyCore
internal import TallyMetering

/// Takes the records of one stream in, batch by batch: priced events, or statements.
///
/// It blocks while it reads, and is not `Sendable`.
final class RecordIntake {
    /// One batch.
    struct Batch {
        /// What there is to be stored.
        var content: Content
        /// Whether the stream has come as far as its input goes.
        var isAtEnd: Bool
    }

    /// What a batch holds.
    enum Content {
        case events([PricedEvent])
        case statements([ProviderStatement])
    }

    let stream: RecordStream
    private let source: String
    private let batchEvents: Int
    private let book: PriceBook
    private var pricer: EventPricer
    private let rejects: RejectFile?

    /// Intake from a stream.
    ///
    /// - Parameters:
    ///   - stream: The records.
    ///   - source: The source they are of.
    ///   - book: The prices.
    ///   - batchEvents: The most events of a batch.
    ///   - rejects: Where records that are no events are named.
    init(_ stream: RecordStream, source: String, book: PriceBook, batchEvents: Int, rejects: RejectFile?) {
        self.stream = stream
        self.source = source
        self.book = book
        self.batchEvents = batchEvents
        self.rejects = rejects
        pricer = EventPricer(book: book)
    }

    /// Reads the next batch, which may be empty at the end.
    ///
    /// - Parameter outcome: Gains what became of the records.
    /// - Returns: The batch.
    /// - Throws: The fault of the input, with what was read before it in `rest`.
    func next(_ outcome: inout PullOutcome) throws(LogInputError) -> Batch {
        var pending = PendingBatch(capacity: batchEvents)
        var isAtEnd = false
        do throws(LogInputError) {
            while pending.count < batchEvents {
                let read = try pending.read { (event) throws(LogInputError) in try stream.next(into: &event) }
                guard let record = read else {
                    isAtEnd = true
                    break
                }
                outcome.counts.read += 1
                take(record, &pending, &outcome)
            }
        } catch {
            // What came before the fault is good: the fault is met again by the next call.
            if pending.count == 0 { throw error }
        }
        return Batch(content: content(&pending), isAtEnd: isAtEnd)
    }

    /// Writes the names of rejected records out.
    func flushRejects() { try? rejects?.flush() }

    /// The origin of what is read.
    var origin: EventOrigin {
        let form = stream.form
        return EventOrigin(name: source, form: form.name, rank: form.isStatement ? .export : .clientLog)
    }

    /// A batch of events, with how far it reaches.
    func batch(_ events: [PricedEvent], _ checkpoint: SourceCheckpoint?) -> EventBatch {
        EventBatch(events: events, book: book, origin: origin, checkpoint: checkpoint)
    }

    private func take(_ record: RecordStream.Record, _ pending: inout PendingBatch, _ outcome: inout PullOutcome) {
        switch record.content {
        case .event:
            if pending.keepIfNew() { pending.add(stream.otherModels) } else { outcome.counts.duplicate += 1 }
        case .skipped: break
        case .statement(let statement): pending.add(statement)
        case .failure(let failure):
            outcome.reject("\(stream.path):\(record.line): \(failure)")
            // A reject file that cannot be written is no reason to read no further.
            try? rejects?.append(
                input: stream.path, line: record.line, byteOffset: record.byteOffset, reason: failure.description)
        }
    }

    private func content(_ pending: inout PendingBatch) -> Content {
        if !pending.statements.isEmpty { return .statements(pending.statements) }
        pricer.price(&pending.events)
        return .events(pending.events)
    }
}

extension PullOutcome {
    /// Adds what became of stored events.
    mutating func add(_ counts: StoredCounts) {
        self.counts.stored += counts.stored
        self.counts.duplicate += counts.duplicate
        self.counts.unpriced += counts.unpriced
    }

    /// Adds what became of stored statements.
    mutating func add(_ counts: StatementCounts) {
        self.counts.statements += counts.stored + counts.changed
        self.counts.duplicate += counts.duplicate
    }
}
