package import Logging
internal import ServiceLifecycle
internal import Synchronization
internal import TallyConfig
package import TallyCore
internal import UnixSignals

/// Keeps the price table in the database as the price files have it: at the start, when a file changes, and on SIGHUP.
///
/// A file with an error is refused whole, and the prices in force stay as they are. A reload that fails for another
/// reason, such as a database that is away, is tried again until it succeeds.
package struct PriceKeeper: Service {
    /// Reads the table anew, and names the files whose change asks for it.
    package typealias Load = @Sendable () throws -> (prices: ConfiguredPrices, watchedFiles: [String])

    private let applier: PriceApplier
    fileprivate let load: Load
    fileprivate let logger: Logger
    private let hasStarted = StartMark()

    /// How often files are looked at.
    private static let interval = Duration.seconds(1)

    /// A keeper that has not looked yet.
    ///
    /// - Parameters:
    ///   - prices: The table in the database.
    ///   - logger: Where changes and refusals are noted.
    ///   - load: Reads the files.
    package init(prices: any PriceLedger, logger: Logger, load: @escaping Load) {
        applier = PriceApplier(prices)
        self.load = load
        self.logger = logger
    }

    /// Puts the configured prices in force if they have changed since the last application; when the database is away,
    /// ``run()`` does that as soon as it is back.
    ///
    /// - Throws: What is wrong with the files, or else with the database.
    package func start() async throws {
        do {
            try await applyIfChanged()
        } catch let error as any UnavailableError where error.isUnavailable {
            logger.error(
                "prices are applied when the database is back", metadata: ["error": "\(error)"])
            return
        }
        hasStarted.set()
    }

    fileprivate func applyIfChanged() async throws {
        switch try await applier.applyIfChanged(try load().prices) {
        case .applied(let changes): note(changes)
        case .unchanged: break
        case .othersKept(let files):
            logger.notice(
                "prices of named files stay in force; `tally prices apply` puts the built-in ones in their place",
                metadata: ["files": "\(files.joined(separator: ", "))"])
        }
    }

    /// Puts the configured prices in force; what is wrong with the files or the database is thrown.
    fileprivate func sync() async throws {
        note(try await applier.apply(try load().prices))
    }

    private func note(_ changes: PriceChanges) {
        if changes.isEmpty { return }
        logger.info(
            "prices applied",
            metadata: [
                "added": "\(changes.added)", "withdrawn": "\(changes.withdrawn)", "names": "\(changes.names)",
            ])
    }

    package func run() async throws {
        let watch = PriceWatch(self, owesStart: !hasStarted.isSet)
        try await cancelWhenGracefulShutdown {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await _ in await UnixSignalsSequence(trapping: .sighup) {
                        await watch.reload(because: "SIGHUP")
                    }
                }
                group.addTask {
                    while !Task.isCancelled {
                        do { try await Task.sleep(for: Self.interval) } catch { return }
                        await watch.look()
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}

/// Whether the configured prices were looked at since the start of the daemon.
private final class StartMark: Sendable {
    private let mark = Atomic(false)

    var isSet: Bool { mark.load(ordering: .relaxed) }

    func set() { mark.store(true, ordering: .relaxed) }
}

/// What a keeper has seen of the files, and the reload it still owes.
actor PriceWatch {
    private let keeper: PriceKeeper
    private var files: [String]
    private var seen: [FileStamp]
    /// Why a reload that failed for no fault of the files is to be tried again.
    private var pending: String?
    /// The configured prices have still to be put in force for the first time.
    private var owesStart: Bool

    /// A watch that takes the files as they are now for known.
    ///
    /// - Parameters:
    ///   - keeper: The keeper.
    ///   - owesStart: Whether the configured prices have still to be put in force for the first time.
    init(_ keeper: PriceKeeper, owesStart: Bool = false) {
        self.keeper = keeper
        self.owesStart = owesStart
        files = (try? keeper.load().watchedFiles) ?? []
        seen = files.map(FileStamp.init(path:))
    }

    /// Looks at the files once; reloads when one has changed or an earlier reload is still owed.
    func look() async {
        let now = files.map(FileStamp.init(path:))
        if owesStart {
            guard (try? await keeper.applyIfChanged()) != nil else { return }
            owesStart = false
        }
        if now == seen {
            if let pending { await reload(because: pending, isRetry: true) }
            return
        }
        seen = now
        await reload(because: "a file changed")
        if let changed = try? keeper.load().watchedFiles, changed != files {
            files = changed
            seen = files.map(FileStamp.init(path:))
        }
    }

    /// Reloads now; a failure that is not the files' own leaves the reload owed.
    ///
    /// - Parameters:
    ///   - reason: Why, for the log.
    ///   - isRetry: Whether the failure before was logged already.
    func reload(because reason: String, isRetry: Bool = false) async {
        // Cleared before the attempt: another reload that fails meanwhile stays owed.
        pending = nil
        do {
            try await keeper.sync()
            keeper.logger.info("prices reloaded", metadata: ["reason": "\(reason)"])
        } catch let error as ConfigError {
            keeper.logger.error("prices not reloaded; those in force stay", metadata: ["error": "\(error)"])
        } catch {
            pending = reason
            if isRetry || Task.isCancelled { return }
            keeper.logger.error("prices not reloaded yet; trying again", metadata: ["error": "\(error)"])
        }
    }
}
