internal import BlockingExecutor
internal import LogInput
internal import TallyCore
internal import TallyMetering

/// Turns files into priced batches, on a thread of its own: reading blocks, and parsing takes a core.
actor BatchReader {
    /// A batch, with what became of the records read for it.
    struct Output: Sendable {
        let content: Content
        let tally: Tally

        /// How many events or lines of statements there are.
        var count: Int {
            switch content {
            case .events(let batch): batch.events.count
            case .statements(let batch): batch.lineCount
            }
        }
    }

    /// What a batch holds: a file tells either of calls or of sums.
    enum Content: Sendable {
        case events(EventBatch)
        case statements(StatementBatch)
    }

    /// What became of records, as a difference to what was told before.
    struct Tally: Sendable {
        var read = 0
        var duplicate = 0
        var rejected = 0
        var skipped: [NotACall: Int] = [:]
        var failures: [String] = []
        var firstRejects: [String] = []
        var bytesRead = 0
        var parse = Duration.zero
        var price = Duration.zero

        func add(to progress: inout ImportProgress) {
            progress.read += read
            progress.duplicate += duplicate
            progress.rejected += rejected
            progress.skipped.merge(skipped, uniquingKeysWith: +)
            progress.failures += failures
            let room = max(0, Self.maximumReasons - progress.firstRejects.count)
            progress.firstRejects += firstRejects.prefix(room)
            progress.bytesRead += bytesRead
            progress.timings.parse += parse
            progress.timings.price += price
        }

        /// The most reasons carried to the end; all of them are in the reject file.
        static let maximumReasons = 5
    }

    private let executor = BlockingExecutor(label: "tally.import")
    private let request: ImportRequest
    private let book: PriceBook
    private var pricer: EventPricer
    private var files: ArraySlice<String> = []
    private var records: RecordStream?
    private let rejects: RejectFile
    private var rejectFailure: LogInputError?
    private var tally = Tally()
    private var bytesBefore = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(request: ImportRequest, book: PriceBook) {
        self.request = request
        self.book = book
        pricer = EventPricer(book: book)
        rejects = RejectFile(path: request.rejectPath)
    }

    /// Finds the files, and how much there is to read.
    func start() throws -> ImportProgress {
        let expansion = try InputExpansion(paths: request.paths)
        // What an earlier import has noted about a folder's logs is no log.
        files = expansion.files.filter { request.paths.contains($0) || !isRejectFile($0) }[...]
        var progress = ImportProgress()
        progress.bytesTotal = files.contains("-") ? nil : files.reduce(0) { $0 + (FileSize.bytes(of: $1) ?? 0) }
        return progress
    }

    /// Whether a path found in a folder is that of a reject file: this import's, or one with a made-up name.
    private func isRejectFile(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        return path == request.rejectPath || (name.hasPrefix(ImportRequest.rejectPrefix) && name.hasSuffix(".jsonl"))
    }

    /// The next batch; `nil` when everything has been read.
    func next() throws -> Output? {
        let clock = ContinuousClock()
        let started = clock.now
        var pending = PendingBatch(capacity: request.limits.batchEvents)
        while let stream = try openStream() {
            do {
                let isAtEnd = try fill(&pending, from: stream)
                if isAtEnd { closeStream() }
                return output(&pending, of: stream, isComplete: isAtEnd && stream.faults.isEmpty, started)
            } catch let error as LogInputError {
                // The rest of this file is lost to us; what came before it is good.
                tally.failures.append(error.description)
                closeStream()
                if pending.count > 0 { return output(&pending, of: stream, isComplete: false, started) }
            }
        }
        return nil
    }

    /// What is left to tell once everything has been read.
    func finish() -> Tally {
        noteRejects { () throws(LogInputError) in try rejects.flush() }
        defer { tally = Tally() }
        return tally
    }

    /// Writes to the reject file.
    ///
    /// One that cannot be written is a failure of its own, told once; the logs are read on.
    private func noteRejects(_ write: () throws(LogInputError) -> Void) {
        if rejectFailure != nil { return }
        do throws(LogInputError) {
            try write()
        } catch {
            rejectFailure = error
            tally.failures.append("rejected lines cannot be named: \(error.description)")
        }
    }

    private func output(
        _ pending: inout PendingBatch, of stream: RecordStream, isComplete: Bool, _ started: ContinuousClock.Instant
    ) -> Output {
        let parsed = ContinuousClock.now
        pricer.price(&pending.events)
        let priced = ContinuousClock.now
        tally.parse += parsed - started
        tally.price += priced - parsed
        let checkpoint = SourceCheckpoint(
            item: stream.path, position: Int64(stream.position), isComplete: isComplete)
        let form = stream.form
        let origin = EventOrigin(
            name: request.source, form: form.name, rank: form.isStatement ? .export : .clientLog)
        let content: Content =
            if form.isStatement {
                .statements(StatementBatch(statements: pending.statements, origin: origin, checkpoint: checkpoint))
            } else {
                .events(EventBatch(events: pending.events, book: book, origin: origin, checkpoint: checkpoint))
            }
        defer { tally = Tally() }
        return Output(content: content, tally: tally)
    }

    /// The file being read, or the next one that can be opened.
    private func openStream() throws -> RecordStream? {
        while records == nil, let path = files.popFirst() {
            do {
                records = try RecordStream(path: path, settings: request.records)
                bytesBefore = 0
            } catch let error as LogInputError {
                tally.failures.append(error.description)
            } catch let failure as RecordFailure {
                tally.failures.append("\(path): \(failure)")
            }
        }
        return records
    }

    private func closeStream() {
        for fault in records?.faults ?? [] { tally.failures.append("\(records?.path ?? ""): \(fault)") }
        records = nil
    }

    /// Adds records until the batch is full (`false`) or the file has ended (`true`).
    private func fill(_ pending: inout PendingBatch, from stream: RecordStream) throws -> Bool {
        defer {
            tally.bytesRead += stream.bytesRead - bytesBefore
            bytesBefore = stream.bytesRead
        }
        while pending.count < request.limits.batchEvents {
            let read = try pending.read { (event) throws(LogInputError) in try stream.next(into: &event) }
            guard let record = read else { return true }
            tally.read += 1
            switch record.content {
            case .event:
                if !pending.keepIfNew() { tally.duplicate += 1 } else { pending.add(stream.otherModels) }
            case .skipped(let reason): tally.skipped[reason, default: 0] += 1
            case .statement(let statement):
                // What is counted are its lines, each of which is stored or not by itself.
                tally.read += statement.lines.count - 1
                pending.add(statement)
            case .failure(let failure): reject(failure, stream: stream, record: record)
            }
        }
        return false
    }

    private func reject(_ failure: RecordFailure, stream: RecordStream, record: RecordStream.Record) {
        tally.rejected += 1
        if tally.firstRejects.count < Tally.maximumReasons {
            tally.firstRejects.append("\(stream.path):\(record.line): \(failure)")
        }
        noteRejects { () throws(LogInputError) in
            try rejects.append(
                input: stream.path, line: record.line, byteOffset: record.byteOffset, reason: failure.description)
        }
    }
}

/// What a batch holds as it fills: the events, each identity once, or the statements.
struct PendingBatch {
    /// The events, which have their charges put in place once the batch is full.
    var events: [PricedEvent] = []
    /// The statements.
    private(set) var statements: [ProviderStatement] = []
    private var statementLines = 0
    private var places: [EventIdentity: Int] = [:]
    private let new = PricedEvent(
        event: UsageEvent(identity: EventIdentity(high: 0, low: 0), time: .earliestEvent), charge: .unpriced(.noPrice))

    init(capacity: Int) {
        events.reserveCapacity(capacity)
        places.reserveCapacity(capacity)
    }

    /// How many events and lines of statements there are.
    var count: Int { events.count + statementLines }

    /// Adds a statement.
    mutating func add(_ statement: ProviderStatement) {
        statements.append(statement)
        statementLines += statement.lines.count
    }

    /// Lets a record be read into a new event, which stays when the record is one; ``keepIfNew()`` is to follow.
    mutating func read(
        _ body: (inout UsageEvent) throws(LogInputError) -> RecordStream.Record?
    ) throws(LogInputError) -> RecordStream.Record? {
        events.append(new)
        var isEvent = false
        defer { if !isEvent { events.removeLast() } }
        let record = try body(&events[events.count - 1].event)
        if case .event? = record?.content { isEvent = true }
        return record
    }

    /// Adds an event for each of the other models that served a part of the one read last, such as an advisor: each
    /// model has its own prices.
    ///
    /// It is the same call and so has its identity from the other one. What the biller reported, it reported for all.
    mutating func add(_ others: [ResponseUsage.ModelPart]) {
        for event in events[events.count - 1].event.events(ofParts: others) {
            events.append(PricedEvent(event: event, charge: .unpriced(.noPrice)))
            _ = keepIfNew()
        }
    }

    /// Keeps the event read last if it is new; of one that is there already only what it says about its attribution is
    /// kept.
    ///
    /// - Returns: Whether it is new.
    mutating func keepIfNew() -> Bool {
        let last = events.count - 1
        let identity = events[last].event.identity
        if let place = places.updateValue(last, forKey: identity) {
            places[identity] = place
            let correction = events.removeLast().event.attribution
            events[place].event.attribution = events[place].event.attribution.corrected(by: correction)
            return false
        }
        return true
    }
}
