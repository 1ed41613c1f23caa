internal import BlockingExecutor
internal import CurlTransport
internal import LogInput
internal import ObjectStore
internal import TallyCore
internal import TallyMetering

/// Reads the objects of a bucket, each in each of its states once, gzip and zstd among them.
///
/// An object that was written again is read from its beginning: what it held before is there already.
actor BucketReader: SourceReading {
    /// What is read, and how.
    struct Settings: Sendable {
        /// The source's name.
        var source: String
        /// What the keys begin with.
        var prefix: String
        /// The most objects that are listed.
        var maximumObjects: Int
        /// The most events of a batch.
        var batchEvents = 5_000
        /// How records are read.
        var records: RecordSettings
        /// Where records that are no events are named.
        var rejectPath: String
    }

    private let executor = BlockingExecutor(label: "tally.bucket")
    private let settings: Settings
    private let bucket: ObjectBucket
    private let pause: @Sendable (Duration) async throws -> Void
    private let now: @Sendable () -> Instant
    private let rejects: RejectFile
    /// The states that objects were read in, by their keys.
    private var known: [String: String] = [:]

    /// How often one thing is asked for in a row.
    private static let attempts = 5

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    init(
        _ settings: Settings, bucket: ObjectBucket, now: @escaping @Sendable () -> Instant,
        pause: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.settings = settings
        self.bucket = bucket
        self.now = now
        self.pause = pause
        rejects = RejectFile(path: settings.rejectPath)
    }

    func run(_ task: PullTask) async throws -> PullOutcome {
        if let checkpoints = task.checkpoints {
            known = Dictionary(checkpoints.map { ($0.item, $0.state ?? "") }, uniquingKeysWith: { first, _ in first })
        }
        var outcome = PullOutcome()
        let objects: [ObjectListing.Object]
        do throws(ObjectStoreError) {
            objects = try await list(&outcome)
        } catch {
            outcome.fail(error.description)
            return outcome
        }
        var pending: Int64 = 0
        for object in objects where known[object.key] != object.etag && object.size > 0 {
            try Task.checkCancellation()
            do {
                try await read(object, task, &outcome)
            } catch let error as ObjectStoreError {
                outcome.fail(error.description)
                pending += Int64(object.size)
            } catch let error as LogInputError {
                outcome.fail(error.description)
                pending += Int64(object.size)
            } catch let failure as RecordFailure {
                outcome.fail("object \(object.key): \(failure)")
                pending += Int64(object.size)
            }
        }
        outcome.pendingBytes = pending
        try await forget(except: objects, task)
        try? rejects.flush()
        return outcome
    }

    private func list(_ outcome: inout PullOutcome) async throws(ObjectStoreError) -> [ObjectListing.Object] {
        var objects: [ObjectListing.Object] = []
        var token: String?
        repeat {
            let after = token
            let page = try await again { () async throws(ObjectStoreError) in
                try await bucket.list(prefix: settings.prefix, after: after)
            }
            objects += page.objects
            token = page.nextToken == after ? nil : page.nextToken
            if objects.count > settings.maximumObjects {
                outcome.fail(
                    "more than \(settings.maximumObjects) objects; give a 'prefix', or raise 'max_objects'")
                return Array(objects.prefix(settings.maximumObjects))
            }
        } while token != nil
        return objects
    }

    private func again<Value>(
        _ body: () async throws(ObjectStoreError) -> Value
    ) async throws(ObjectStoreError) -> Value {
        var delay = RetryDelay()
        var attempt = 1
        while true {
            do throws(ObjectStoreError) {
                return try await body()
            } catch {
                guard error.isPassing, attempt < Self.attempts, (try? await pause(delay.nextWithJitter())) != nil
                else { throw error }
                attempt += 1
            }
        }
    }

    private func read(
        _ object: ObjectListing.Object, _ task: PullTask, _ outcome: inout PullOutcome
    ) async throws {
        let content = try await again { () async throws(ObjectStoreError) in
            try await bucket.content(of: object.key, etag: object.etag)
        }
        // One that has gone or changed since it was listed is met by the next run.
        guard let content else { return }
        let lines = try LineReader(
            bytes: content, name: object.key,
            limits: LineReader.Limits(maxLineBytes: settings.records.maxLineBytes))
        let intake = RecordIntake(
            try RecordStream(lines, settings: settings.records), source: settings.source, book: task.book,
            batchEvents: settings.batchEvents, rejects: rejects)
        let whole = SourceCheckpoint(
            item: object.key, position: Int64(object.size), isComplete: true, state: object.etag)
        while true {
            try Task.checkCancellation()
            let batch = try intake.next(&outcome)
            // What is read of an object before its end is read again after a kill, and stored once all the same.
            let checkpoint = batch.isAtEnd ? whole : nil
            switch batch.content {
            case .statements(let statements):
                outcome.add(
                    try await task.store.storeStatements(
                        StatementBatch(
                            statements: statements, origin: intake.origin, fetchedAt: now(), checkpoint: checkpoint)))
            case .events(let events):
                if !events.isEmpty {
                    outcome.add(try await task.store.storeEvents(intake.batch(events, checkpoint)))
                } else if let checkpoint {
                    try await task.store.ledger.save(checkpoint, of: settings.source)
                }
            }
            if batch.isAtEnd { break }
        }
        for fault in intake.stream.faults { outcome.fail("object \(object.key): \(fault)") }
        known[object.key] = object.etag
    }

    /// Forgets objects that are not there any more.
    private func forget(except objects: [ObjectListing.Object], _ task: PullTask) async throws {
        let there = Set(objects.map(\.key))
        let gone = known.keys.filter { !there.contains($0) }.sorted()
        if gone.isEmpty || objects.count >= settings.maximumObjects { return }
        try await task.store.ledger.forget(gone, of: settings.source)
        for key in gone { known[key] = nil }
    }
}
