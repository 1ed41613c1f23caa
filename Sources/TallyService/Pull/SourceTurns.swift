package import Logging
internal import TallyConfig
package import TallyCore

/// Runs sources, one run at a time of each, whoever else shares the database.
package struct SourceTurns: Sendable {
    /// What runs need.
    package struct Parts: Sendable {
        /// Where what is pulled goes.
        var store: PullStore
        /// Who may pull a source now.
        var locks: any SourceLocks
        /// The prices in force.
        var book: @Sendable () async throws -> PriceBook
        /// What readers are made with.
        var surroundings: SourcePlan.Surroundings
        /// The most events of a batch.
        var batchEvents: Int
        /// What this process calls itself.
        var holder: String

        /// Parts of a daemon or a command.
        package init(
            store: PullStore, locks: any SourceLocks, book: @escaping @Sendable () async throws -> PriceBook,
            surroundings: SourcePlan.Surroundings, batchEvents: Int, holder: String
        ) {
            self.store = store
            self.locks = locks
            self.book = book
            self.surroundings = surroundings
            self.batchEvents = batchEvents
            self.holder = holder
        }
    }

    /// What became of a turn.
    enum Turn: Sendable {
        /// Another process is pulling the source.
        case busy
        /// It was run; with the time until the next run.
        case run(SourceRun, PullOutcome, next: Duration)
    }

    let parts: Parts
    let logger: Logger
    let gate = PullGate(width: maximumRuns)

    /// Runs of different sources at once.
    static let maximumRuns = 16
    /// The longest until a source that failed is run again, unless it is asked to wait or is run less often.
    private static let longestAfterFailure = 300

    /// Turns that share their bounds.
    package init(_ parts: Parts, logger: Logger) {
        self.parts = parts
        self.logger = logger
    }

    /// One turn of a source.
    ///
    /// - Parameters:
    ///   - entry: The source.
    ///   - reader: Its reader, made when there is none.
    ///   - failures: How many turns in a row have failed before.
    /// - Returns: What became of it.
    /// - Throws: The fault of the store; `CancellationError`.
    func turn(
        _ entry: SourcePlan.Entry, _ reader: inout (any SourceReading)?, failures: Int
    ) async throws -> Turn {
        let name = entry.settings.name
        guard try await parts.locks.take(name) else { return .busy }
        do {
            let turn = try await run(entry, &reader, failures: failures)
            await parts.locks.giveBack(name)
            return turn
        } catch {
            await parts.locks.giveBack(name)
            // What it remembers may not be what was stored.
            reader = nil
            throw error
        }
    }

    private func run(
        _ entry: SourcePlan.Entry, _ reader: inout (any SourceReading)?, failures: Int
    ) async throws -> Turn {
        let source = entry.settings
        let now = parts.surroundings.now
        let startedAt = now()
        let book = try await parts.book()
        let holder = try await parts.store.ledger.holder(of: source.name)
        let isOthers = reader == nil || holder != parts.holder
        let checkpoints = isOthers ? try await parts.store.ledger.checkpoints(of: source.name) : nil
        let reading =
            reader ?? entry.reader(parts.surroundings, aliases: book.aliases, batchEvents: parts.batchEvents)
        reader = reading
        let outcome = try await reading.run(PullTask(store: parts.store, book: book, checkpoints: checkpoints))
        var run = SourceRun(
            source: source.name, kind: source.kind.rawValue, holder: parts.holder, startedAt: startedAt,
            endedAt: now())
        run.counts = outcome.counts
        run.coveredUntil = outcome.coveredUntil
        run.pendingBytes = outcome.pendingBytes
        run.error = Self.line(outcome.failures)
        let next = Self.delay(source.everySeconds, outcome, failures: failures, since: startedAt, now())
        run.nextRunAt = now().advanced(by: next)
        try await parts.store.ledger.note(run)
        if !outcome.firstRejects.isEmpty {
            logger.warning(
                "records of a source are no events",
                metadata: [
                    "source": "\(source.name)", "rejected": "\(outcome.counts.rejected)",
                    "first": "\(outcome.firstRejects[0])",
                ])
        }
        return .run(run, outcome, next: next)
    }

    /// One line of all that failed.
    private static func line(_ failures: [String]) -> String? {
        guard let first = failures.first else { return nil }
        let text = failures.count == 1 ? first : "\(first) (and \(failures.count - 1) more)"
        return String(text.prefix(longestError))
    }

    private static let longestError = 2_000

    /// How long until the next run.
    private static func delay(
        _ every: Int, _ outcome: PullOutcome, failures: Int, since start: Instant, _ now: Instant
    ) -> Duration {
        let usual = Duration.seconds(every) - .microseconds(now.microseconds - start.microseconds)
        if outcome.failures.isEmpty { return max(.zero, usual) }
        let growing = min(longestAfterFailure, max(every, 5) << min(failures, 6))
        let delay = min(Duration.seconds(max(every, 5)), .seconds(growing))
        return max(outcome.retryAfter ?? .zero, min(delay, .seconds(max(longestAfterFailure, 1))))
    }
}
