internal import TallyCore

/// The way of batches up to storing: while one is encoded, the next is read.
struct BatchAssembly<Sink: EventSink & StatementSink> {
    /// A batch that is ready to be stored, with what became of the records read for it.
    struct Batch: Sendable {
        let content: Content
        let tally: BatchReader.Tally
    }

    /// Events encoded for the sink, or statements, which need no encoding.
    enum Content: Sendable {
        case events(Sink.Prepared)
        case statements(StatementBatch)
    }

    private let reader: BatchReader
    private let sink: Sink
    /// The batches that are ready, in the order of their files.
    private(set) var ready: [Batch] = []
    private var read: BatchReader.Output?
    private var isAtEnd = false
    /// Events, and lines of statements, of the batches that are ready, and of the largest one so far: the next one may be as large.
    private var events = 0
    private var largest = 0

    init(reader: BatchReader, sink: Sink) {
        self.reader = reader
        self.sink = sink
    }

    /// Whether there may be another batch that could be stored together with those that are ready.
    var hasRoom: Bool { !isAtEnd && events + largest <= EventBatch.maximumCountTogether }

    /// Whether everything was read and handed over.
    var isDone: Bool { isAtEnd && ready.isEmpty }

    /// Encodes the batch that was read last and reads the next one; at the end, nothing.
    mutating func advance() async throws {
        if read == nil, !isAtEnd { read = try await reader.next() }
        guard let current = read else {
            isAtEnd = true
            return
        }
        async let following = reader.next()
        let content: Content =
            switch current.content {
            case .events(let batch): .events(try await sink.prepare(batch))
            case .statements(let batch): .statements(batch)
            }
        let count = current.count
        ready.append(Batch(content: content, tally: current.tally))
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
