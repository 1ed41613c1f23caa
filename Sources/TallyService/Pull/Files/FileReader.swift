internal import BlockingExecutor
internal import FastJSON
internal import LogInput
internal import TallyCore
internal import TallyMetering

/// Follows files: each content once, whatever it is called and however it is stored.
///
/// A file is read as far as whole lines go, and read on when it has grown. One that was renamed, copied or compressed goes
/// on with the content it has; one that was cut begins anew; one that was moved out of sight while it was open is read to
/// its end.
actor FileReader: SourceReading {
    /// How files are followed.
    struct Settings: Sendable {
        /// The source's name.
        var source: String
        /// Paths and patterns.
        var paths: [String]
        /// Seconds without a change after which an open last line is taken as it is.
        var settleSeconds = 60
        /// The most files that are looked at.
        var maximumFiles = 10_000
        /// The most files kept open.
        var maximumOpenFiles = 64
        /// The most events of a batch.
        var batchEvents = 5_000
        /// How records are read.
        var records: RecordSettings
        /// Where records that are no events are named; it is never read.
        var rejectPath: String
    }

    private let executor = BlockingExecutor(label: "tally.follow")
    private let settings: Settings
    private let now: @Sendable () -> Instant
    private var search: FileSearch
    private let rejects: RejectFile
    /// What is known, by the items of the checkpoints.
    private var known: [String: FollowedFile] = [:]
    private var open: [String: OpenLog] = [:]
    /// Files that hold nothing beyond what was read of their content elsewhere.
    private var copies: [LogFileStamp: String] = [:]
    /// The items of files that were read as they are, as of the beginning of a look.
    private var byStamp: [LogFileStamp: String] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(_ settings: Settings, now: @escaping @Sendable () -> Instant) {
        self.settings = settings
        self.now = now
        search = FileSearch(patterns: settings.paths, limits: .init(files: settings.maximumFiles))
        rejects = RejectFile(path: settings.rejectPath)
    }

    func run(_ task: PullTask) async throws -> PullOutcome {
        if let checkpoints = task.checkpoints { try begin(with: checkpoints) }
        var outcome = PullOutcome()
        outcome.pendingBytes = 0
        let found: [FileSearch.Found]
        do throws(LogInputError) {
            found = try search.look().filter { $0.path != settings.rejectPath }
        } catch {
            outcome.fail(error.description)
            return outcome
        }
        var seen: Set<String> = []
        byStamp = Dictionary(
            known.compactMap { item, file in file.trail.stamp.map { ($0, item) } },
            uniquingKeysWith: { first, _ in first })
        for file in found {
            try Task.checkCancellation()
            do {
                if let item = try await follow(file, task, &outcome) { seen.insert(item) }
            } catch let error as LogInputError {
                note(error, of: file, &outcome)
            } catch let failure as RecordFailure {
                outcome.fail("\(file.path): \(failure)")
            }
        }
        try await readOnOutOfSight(except: seen, task, &outcome)
        closeLeastUsed()
        copies = copies.filter { copy in found.contains { $0.stamp == copy.key } }
        try await prune(seen, task)
        try? rejects.flush()
        return outcome
    }

    /// Starts from the checkpoints, as after a start or when another process has pulled meanwhile.
    private func begin(with checkpoints: [SourceCheckpoint]) throws {
        known = [:]
        open = [:]
        copies = [:]
        let parser = try JSONParser()
        for checkpoint in checkpoints {
            if let file = FollowedFile(checkpoint, parser: parser) { known[checkpoint.item] = file }
        }
    }

    // MARK: One file

    /// Reads what is new in a file.
    ///
    /// - Returns: The item its content is followed under; `nil` when it has none yet.
    private func follow(
        _ found: FileSearch.Found, _ task: PullTask, _ outcome: inout PullOutcome
    ) async throws -> String? {
        if let item = open.first(where: { $0.value.stamp.isSameFile(as: found.stamp) })?.key, let log = open[item] {
            guard let trail = known[item]?.trail else { return nil }
            if log.stamp == found.stamp, !isDue(trail, found.stamp, log) { return item }
            if try log.goesOn(trail) {
                try await read(item, log, task, &outcome)
                return item
            }
            // It was cut: what it held is followed on in its copy, if there is one.
            open[item] = nil
        }
        if let item = copies[found.stamp] { return item }
        if let item = byStamp[found.stamp], let file = known[item] {
            known[item]?.trail.path = found.path
            if !isSettledRest(file.trail, found.stamp) { return item }
        }
        if found.stamp.size == 0 { return nil }
        return try await identify(found, task, &outcome)
    }

    /// Finds out by its content which file this is, and reads what is new in it.
    private func identify(
        _ found: FileSearch.Found, _ task: PullTask, _ outcome: inout PullOutcome
    ) async throws -> String? {
        let file = try LogFile(path: found.path)
        let stamp = try file.stamp()
        let probe = try file.probe()
        let continued = try probe.continued(among: known.mapValues(\.trail))
        if let continued, !probe.isCompressed, let trail = known[continued]?.trail, trail.position == stamp.size {
            copies[stamp] = continued
            return continued
        }
        let item = continued ?? newItem(found.path)
        let log = try OpenLog(file, stamp: stamp, settings: settings.records)
        try await read(item, log, task, &outcome)
        return known[item] == nil ? nil : item
    }

    /// Reads a file as far as it goes.
    private func read(
        _ item: String, _ log: OpenLog, _ task: PullTask, _ outcome: inout PullOutcome
    ) async throws {
        let stamp = try log.file.stamp()
        let isGrowing = log.isPlain && !isQuiet(stamp)
        let bookmark = known[item]?.bookmark ?? RecordBookmark()
        let stream = try log.records(from: bookmark, isGrowing: isGrowing)
        let intake = RecordIntake(
            stream, source: settings.source, book: task.book, batchEvents: settings.batchEvents, rejects: rejects)
        open[item] = log
        var isAtEnd = false
        while !isAtEnd {
            try Task.checkCancellation()
            let batch = try intake.next(&outcome)
            isAtEnd = batch.isAtEnd
            var after = try follow(stream, log, known[item])
            if isAtEnd { after?.trail.stamp = stamp }
            try await store(batch.content, after?.checkpoint(item: item), intake, item, task, &outcome)
            guard let after else {
                // Cut while it was read: what was read is stored, and begun anew where it lies now.
                open[item] = nil
                return
            }
            known[item] = after
        }
        for fault in stream.faults { outcome.fail("\(log.file.path): \(fault)") }
        log.stamp = stamp
        if log.isPlain, let trail = known[item]?.trail {
            outcome.pendingBytes = (outcome.pendingBytes ?? 0) + Int64(max(0, stamp.size - trail.position))
        }
        if !log.isPlain || known[item]?.trail.position == 0 { open[item] = nil }
        // A content of which nothing was read is like any other.
        if known[item]?.trail.position == 0 {
            known[item] = nil
            if !log.isPlain { copies[stamp] = item }
        }
    }

    /// What is to be kept once a stream has come as far as it has; `nil` when the file was cut meanwhile.
    private func follow(
        _ stream: RecordStream, _ log: OpenLog, _ former: FollowedFile?
    ) throws(LogInputError) -> FollowedFile? {
        let bookmark = stream.bookmark
        guard var trail = try log.trail(at: bookmark.position, after: former?.trail) else { return nil }
        trail.path = log.file.path
        return FollowedFile(trail: trail, bookmark: bookmark)
    }

    private func store(
        _ content: RecordIntake.Content, _ checkpoint: SourceCheckpoint?, _ intake: RecordIntake, _ item: String,
        _ task: PullTask, _ outcome: inout PullOutcome
    ) async throws {
        switch content {
        case .statements(let statements):
            outcome.add(
                try await task.store.storeStatements(
                    StatementBatch(
                        statements: statements, origin: intake.origin, fetchedAt: now(), checkpoint: checkpoint)))
        case .events(let events):
            if events.isEmpty {
                // A line that is still being written is nothing to be noted.
                guard let checkpoint, checkpoint.position > 0, checkpoint.isComplete || isNews(checkpoint, item) else {
                    return
                }
                try await task.store.ledger.save(checkpoint, of: settings.source)
            } else {
                outcome.add(try await task.store.storeEvents(intake.batch(events, checkpoint)))
            }
        }
    }

    private func isNews(_ checkpoint: SourceCheckpoint, _ item: String) -> Bool {
        known[item]?.trail.position != Int(checkpoint.position)
    }

    // MARK: Between looks

    /// Reads those open files on that are not found any more, and closes them once nothing is written to them.
    private func readOnOutOfSight(
        except seen: Set<String>, _ task: PullTask, _ outcome: inout PullOutcome
    ) async throws {
        for item in open.keys.sorted() where !seen.contains(item) {
            guard let log = open[item], let trail = known[item]?.trail else { continue }
            do {
                let stamp = try log.file.stamp()
                if try stamp != log.stamp && log.goesOn(trail) { try await read(item, log, task, &outcome) }
                if isQuiet(stamp) { open[item] = nil }
            } catch let error as LogInputError {
                outcome.fail(error.description)
                open[item] = nil
            }
        }
    }

    private func closeLeastUsed() {
        let excess = open.count - settings.maximumOpenFiles
        if excess <= 0 { return }
        let oldest = open.sorted { ($0.value.stamp.modified, $0.key) < ($1.value.stamp.modified, $1.key) }
        for (item, _) in oldest.prefix(excess) { open[item] = nil }
    }

    /// Forgets contents that are not there any more, when there are too many of them; those longest untouched first.
    private func prune(_ seen: Set<String>, _ task: PullTask) async throws {
        let excess = known.count - 2 * settings.maximumFiles
        if excess <= 0 { return }
        let gone = known.filter { !seen.contains($0.key) && open[$0.key] == nil }
            .sorted { ($0.value.trail.stamp?.modified ?? 0, $0.key) < ($1.value.trail.stamp?.modified ?? 0, $1.key) }
            .prefix(excess).map(\.key)
        try await task.store.ledger.forget(gone, of: settings.source)
        for item in gone { known[item] = nil }
    }

    /// A name for a content that is new: the path it was first seen at, and when.
    private func newItem(_ path: String) -> String {
        let base = "\(path)@\(now().microseconds)"
        var item = base
        var number = 1
        while known[item] != nil || open[item] != nil {
            number += 1
            item = "\(base).\(number)"
        }
        return item
    }

    /// What a fault of a file means: one that is still being compressed, or has just gone, is no failure.
    private func note(_ error: LogInputError, of found: FileSearch.Found, _ outcome: inout PullOutcome) {
        switch error {
        case .notFound: break
        case .truncatedArchive where !isQuiet(found.stamp), .badHeader where !isQuiet(found.stamp): break
        default: outcome.fail(error.description)
        }
    }

    // MARK: Last lines

    private func isQuiet(_ stamp: LogFileStamp) -> Bool {
        stamp.quietSeconds(at: now().microseconds * 1_000) >= settings.settleSeconds
    }

    /// Whether a file that has not changed holds an open last line that is now to be taken.
    private func isDue(_ trail: FileTrail, _ stamp: LogFileStamp, _ log: OpenLog) -> Bool {
        log.isPlain && isSettledRest(trail, stamp)
    }

    private func isSettledRest(_ trail: FileTrail, _ stamp: LogFileStamp) -> Bool {
        trail.position < stamp.size && isQuiet(stamp) && !trail.isCompressed
    }
}
