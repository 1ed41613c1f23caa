internal import BlockingExecutor
internal import LogInput
internal import TallyCore
internal import TallyMetering

/// Turns files into priced batches, on a thread of its own: reading blocks, and parsing takes a core.
actor BatchReader {
    /// A batch, with what became of the records read for it.
    struct Output: Sendable {
        let batch: EventBatch
        let tally: Tally
    }

    /// What became of records, as a difference to what was told before.
    struct Tally: Sendable {
        var read = 0
        var duplicate = 0
        var rejected = 0
        var failures: [String] = []
        var firstRejects: [String] = []
        var bytesRead = 0
        var parse = Duration.zero
        var price = Duration.zero

        func add(to progress: inout ImportProgress) {
            progress.read += read
            progress.duplicate += duplicate
            progress.rejected += rejected
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
    private var occurrences: OccurrenceCounter?
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
        while pending.events.count < request.limits.batchEvents {
            guard let stream = try openStream() else { break }
            do {
                let isAtEnd = try fill(&pending, from: stream)
                if isAtEnd || pending.events.count >= request.limits.batchEvents {
                    return output(
                        &pending, item: stream.path, form: stream.form, position: stream.position,
                        isComplete: isAtEnd, started)
                }
            } catch let error as LogInputError {
                // The rest of this file is lost to us; what came before it is good.
                tally.failures.append(error.description)
                closeStream()
                if !pending.events.isEmpty {
                    return output(
                        &pending, item: stream.path, form: stream.form, position: stream.position, isComplete: false,
                        started)
                }
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
        _ pending: inout PendingBatch, item: String, form: String, position: Int, isComplete: Bool,
        _ started: ContinuousClock.Instant
    ) -> Output {
        let parsed = ContinuousClock.now
        pricer.price(&pending.events)
        let priced = ContinuousClock.now
        tally.parse += parsed - started
        tally.price += priced - parsed
        let checkpoint = SourceCheckpoint(item: item, position: Int64(position), isComplete: isComplete)
        defer { tally = Tally() }
        return Output(
            batch: EventBatch(
                events: pending.events, book: book,
                origin: EventOrigin(name: request.source, form: form, rank: .clientLog), checkpoint: checkpoint),
            tally: tally)
    }

    /// The file being read, or the next one that can be opened.
    private func openStream() throws -> RecordStream? {
        while records == nil, let path = files.popFirst() {
            do {
                records = try RecordStream(path: path, request: request)
                occurrences = try OccurrenceCounter(memoryLimitBytes: request.limits.occurrenceMemoryBytes)
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
        records = nil
        occurrences = nil
    }

    /// Adds records until the batch is full (`false`) or the file has ended (`true`).
    private func fill(_ pending: inout PendingBatch, from stream: RecordStream) throws -> Bool {
        defer {
            tally.bytesRead += stream.bytesRead - bytesBefore
            bytesBefore = stream.bytesRead
        }
        while pending.events.count < request.limits.batchEvents {
            let read = try pending.read { (event) throws(LogInputError) in
                let record = try stream.next(into: &event)
                if case .success(let hint)? = record?.result { event.identity = try identity(of: hint) }
                return record
            }
            guard let record = read else {
                closeStream()
                return true
            }
            tally.read += 1
            switch record.result {
            case .success:
                if !pending.keepIfNew() { tally.duplicate += 1 } else { pending.add(stream.otherModels) }
            case .failure(let failure): reject(failure, stream: stream, record: record)
            }
        }
        return false
    }

    private func identity(of hint: IdentityHint) throws(LogInputError) -> EventIdentity {
        switch hint {
        case .settled(let identity): identity
        case .content(let content):
            EventIdentity(
                content: content, occurrence: try occurrences?.occurrence(of: (content.high, content.low)) ?? 0)
        }
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

/// The events of a batch as it fills: each identity once.
private struct PendingBatch {
    /// The events, which have their charges put in place once the batch is full.
    var events: [PricedEvent] = []
    private var places: [EventIdentity: Int] = [:]
    private let new = PricedEvent(
        event: UsageEvent(identity: EventIdentity(high: 0, low: 0), time: .earliestEvent), charge: .unpriced(.noPrice))

    init(capacity: Int) {
        events.reserveCapacity(capacity)
        places.reserveCapacity(capacity)
    }

    /// Lets a record be read into a new event, which stays when the record is one; ``keepIfNew()`` is to follow.
    mutating func read(
        _ body: (inout UsageEvent) throws(LogInputError) -> RecordStream.Record?
    ) throws(LogInputError) -> RecordStream.Record? {
        events.append(new)
        var isEvent = false
        defer { if !isEvent { events.removeLast() } }
        let record = try body(&events[events.count - 1].event)
        if case .success? = record?.result { isEvent = true }
        return record
    }

    /// Adds an event for each of the other models that served a part of the one read last, such as an advisor: each
    /// model has its own prices.
    ///
    /// It is the same call and so has its identity from the other one. What the biller reported, it reported for all.
    mutating func add(_ others: [ResponseUsage.ModelPart]) {
        if others.isEmpty { return }
        let whole = events[events.count - 1].event
        for (number, part) in others.enumerated() {
            var event = whole
            event.identity = EventIdentity(partOf: whole.identity, number: number)
            event.offering.model = part.model
            event.usage = part.usage
            event.reportedCost = whole.reportedCost.map { _ in .zero }
            event.billedCost = whole.billedCost.map { _ in .zero }
            event.id = nil
            event.requestID = nil
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
