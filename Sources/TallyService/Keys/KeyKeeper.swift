package import Logging
internal import ServiceLifecycle
package import TallyCore

/// Keeps a ring as the database has the keys, and a copy on disk for a start while PostgreSQL is away.
///
/// While it is away the keys stay as they were last known: a key that is revoked or made then counts as soon as the
/// database answers again.
package struct KeyKeeper: Service {
    private let watch: KeyWatch

    /// How often the database is asked.
    private static let interval = Duration.seconds(2)

    /// A keeper that has not asked yet.
    ///
    /// - Parameters:
    ///   - ring: The ring to keep.
    ///   - source: The keys in the database.
    ///   - cache: The copy on disk; `nil` keeps none.
    ///   - logger: Where outages are noted.
    package init(ring: KeyRing, source: any KeySource, cache: KeyCache?, logger: Logger) {
        watch = KeyWatch(ring: ring, source: source, cache: cache, logger: logger)
    }

    /// Fills the ring from the database or, while that is away, from the copy on disk.
    ///
    /// Where there is neither, the ring stays unknown until the database answers.
    ///
    /// - Throws: What is wrong with a database that answers.
    package func start() async throws {
        try await watch.start()
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await Task.sleep(for: Self.interval) } catch { return }
                await watch.look()
            }
        }
        // What was used since the last look.
        await watch.noteUses()
    }
}

/// What a keeper has done so far.
actor KeyWatch {
    private let ring: KeyRing
    private let source: any KeySource
    private let cache: KeyCache?
    private let logger: Logger
    /// The keys the copy on disk holds; `nil` when that is not known.
    private var copied: [LiveKey]?
    private var isAway = false
    private var cannotCopy = false

    init(ring: KeyRing, source: any KeySource, cache: KeyCache?, logger: Logger) {
        self.ring = ring
        self.source = source
        self.cache = cache
        self.logger = logger
    }

    func start() async throws {
        do {
            try await refresh()
        } catch let error as any UnavailableError where error.isUnavailable {
            isAway = true
            guard let known = await cache?.read() else {
                logger.error("keys are not known until the database answers", metadata: ["error": "\(error)"])
                return
            }
            ring.replace(with: known)
            copied = known
            logger.warning("keys are those of the last run until the database answers")
        }
    }

    /// Asks once.
    func look() async {
        do {
            try await refresh()
            if isAway { logger.notice("keys are those of the database again") }
            isAway = false
        } catch {
            if Task.isCancelled { return }
            if !isAway { logger.warning("keys stay as they were last known", metadata: ["error": "\(error)"]) }
            isAway = true
        }
    }

    private func refresh() async throws {
        let keys = try await source.liveKeys()
        // First, for a key that is gone takes the memory of its use with it.
        await noteUses()
        ring.replace(with: keys)
        await copy(keys)
    }

    /// Notes the uses; those that cannot be noted stay to be noted.
    func noteUses() async {
        let used = ring.takeUses()
        if used.isEmpty { return }
        do {
            try await source.noteUse(of: used)
        } catch {
            ring.restoreUses(used)
        }
    }

    private func copy(_ keys: [LiveKey]) async {
        guard let cache, copied != keys else { return }
        do {
            try await cache.write(keys)
            copied = keys
            cannotCopy = false
        } catch {
            if !cannotCopy {
                logger.warning(
                    "keys could not be copied to disk: a start without the database will not know them",
                    metadata: ["error": "\(error)"])
            }
            cannotCopy = true
        }
    }
}
