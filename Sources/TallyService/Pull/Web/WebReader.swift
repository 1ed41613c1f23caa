internal import BlockingExecutor
internal import CurlTransport
internal import FastJSON
internal import LogInput
internal import TallyCore
internal import TallyMetering

/// Reads an API page by page, each page stored with how far that is.
///
/// A span that was broken off is gone on with where its statements were, and begun anew where it held records, which are
/// stored once all the same. Numbers that billers still change are asked for again.
actor WebReader: SourceReading {
    /// What is read, and how.
    struct Settings: Sendable {
        /// The source's name.
        var source: String
        /// What is read.
        var reads: [WebRead]
        /// How far back the first run reaches, in seconds.
        var sinceSeconds: Int
        /// How far back later runs reach, in seconds.
        var lookBackSeconds: Int
        /// The most pages of one span.
        var maximumPages: Int
        /// The most events of a batch.
        var batchEvents = 5_000
        /// How records are read.
        var records: RecordSettings
        /// Where records that are no events are named.
        var rejectPath: String
    }

    private let executor = BlockingExecutor(label: "tally.pull")
    private let settings: Settings
    private let client: WebClient
    private let now: @Sendable () -> Instant
    private let rejects: RejectFile
    private var progress: [String: WebProgress] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(_ settings: Settings, client: WebClient, now: @escaping @Sendable () -> Instant) {
        self.settings = settings
        self.client = client
        self.now = now
        rejects = RejectFile(path: settings.rejectPath)
    }

    func run(_ task: PullTask) async throws -> PullOutcome {
        if let checkpoints = task.checkpoints {
            let parser = try JSONParser()
            progress = [:]
            for checkpoint in checkpoints {
                progress[checkpoint.item] = WebProgress(checkpoint, parser: parser)
            }
        }
        var outcome = PullOutcome()
        for read in settings.reads {
            do {
                try await pull(read, task, &outcome)
            } catch let fault as WebFault {
                outcome.fail("\(read.name): \(fault)")
                if let wait = fault.retryAfter { outcome.retryAfter = max(outcome.retryAfter ?? .zero, wait) }
            } catch let error as FetchError {
                outcome.fail("\(read.name): \(error)")
            }
        }
        outcome.coveredUntil = settings.reads.compactMap { progress[$0.name]?.until }.min()
        try? rejects.flush()
        return outcome
    }

    private func pull(_ read: WebRead, _ task: PullTask, _ outcome: inout PullOutcome) async throws {
        let known = progress[read.name] ?? WebProgress()
        let now = now()
        var spans = WebSpans.spans(
            read.span, until: known.until, now: now, since: settings.sinceSeconds,
            lookBack: settings.lookBackSeconds)
        if let page = known.page, case .statements = read.content {
            // What was read of the span that was broken off is there; what comes after it is asked for as always.
            try await pull(page, of: read, task, &outcome)
            let end = page.to
            spans = WebSpans.spans(
                read.span, until: end, now: now, since: settings.sinceSeconds, lookBack: settings.lookBackSeconds)
        }
        for span in spans {
            try Task.checkCancellation()
            try await pull(span, of: read, task, &outcome)
        }
    }

    /// Reads a span from a page on; once more from its beginning when the cursor has expired.
    private func pull(
        _ first: WebPage, of read: WebRead, _ task: PullTask, _ outcome: inout PullOutcome
    ) async throws {
        do {
            try await pages(from: first, of: read, task, &outcome)
        } catch let fault as WebFault where fault.isAboutCursor && progress[read.name]?.page?.cursor != nil {
            try await pages(from: WebPage(from: first.from, to: first.to), of: read, task, &outcome)
        }
    }

    private func pages(
        from first: WebPage, of read: WebRead, _ task: PullTask, _ outcome: inout PullOutcome
    ) async throws {
        var page = first
        let reader = try PageReader(read, settings.records, source: settings.source)
        while true {
            try Task.checkCancellation()
            guard page.number <= settings.maximumPages else {
                throw WebFault(
                    address: read.name, reason: .endless(limit: settings.maximumPages), retryAfter: nil)
            }
            let address = try WebAddress(read.address(page))
            let body = try await client.body(of: address) { PageReader.isWhole($0) }
            let next = try reader.next(after: page, in: body)
            var after = progress[read.name] ?? WebProgress()
            after.page = next
            if next == nil, read.span.isOfTime { after.until = max(after.until ?? page.to, min(page.to, now())) }
            try await store(body, reader, after.checkpoint(item: read.name), address.shown, task, &outcome)
            progress[read.name] = after
            guard let next else { return }
            page = next
        }
    }

    /// Stores what a page holds, and then that it was read.
    private func store(
        _ body: [UInt8], _ reader: PageReader, _ checkpoint: SourceCheckpoint, _ address: String, _ task: PullTask,
        _ outcome: inout PullOutcome
    ) async throws {
        if let statement = try reader.ownStatement(in: body, address: address) {
            outcome.counts.read += statement.lines.count
            outcome.add(
                try await task.store.storeStatements(
                    StatementBatch(
                        statements: [statement],
                        origin: EventOrigin(name: settings.source, form: reader.formName, rank: .export),
                        fetchedAt: now(), checkpoint: checkpoint)))
            return
        }
        var page = PullOutcome()
        let intake = RecordIntake(
            try reader.records(in: body, name: address), source: settings.source, book: task.book,
            batchEvents: settings.batchEvents, rejects: rejects)
        var stored = 0
        while true {
            let batch = try intake.next(&page)
            try check(page, reader, address)
            switch batch.content {
            case .statements(let statements):
                page.add(
                    try await task.store.storeStatements(
                        StatementBatch(
                            statements: statements, origin: intake.origin, fetchedAt: now(),
                            checkpoint: batch.isAtEnd ? checkpoint : nil)))
            case .events(let events):
                stored += events.count
                if events.isEmpty {
                    if batch.isAtEnd { try await task.store.ledger.save(checkpoint, of: settings.source) }
                } else {
                    page.add(
                        try await task.store.storeEvents(intake.batch(events, batch.isAtEnd ? checkpoint : nil)))
                }
            }
            if batch.isAtEnd { break }
        }
        outcome.counts += page.counts
        for reason in page.firstRejects where outcome.firstRejects.count < PullOutcome.maximumReasons {
            outcome.firstRejects.append(reason)
        }
    }

    /// Refuses a page that is not what it was when this was written: of statements when any line cannot be read, of
    /// records when none can.
    private func check(_ page: PullOutcome, _ reader: PageReader, _ address: String) throws {
        guard let reason = page.firstRejects.first else { return }
        if reader.isOfStatements || page.counts.rejected == page.counts.read {
            throw WebFault(address: address, reason: .unexpected(detail: reason), retryAfter: nil)
        }
    }
}

extension WebRead.Span {
    /// Whether it says up to when something was read.
    fileprivate var isOfTime: Bool {
        switch self {
        case .now: false
        case .months, .pieces: true
        }
    }
}
