package import Logging
internal import ServiceLifecycle
package import TallyCore

/// Keeps the database fit for use while the daemon runs: looks whether it answers, has it brought back when it does
/// not, and has it made ready: its shape when it is there again, the partitions of the coming months ahead of time.
package struct DatabaseKeeper: Service {
    private let readiness: any ReadinessSource
    private let bringBack: @Sendable () async throws -> Void
    private let makeAhead: @Sendable (Instant) async throws -> Void
    private let now: @Sendable () -> Instant
    private let logger: Logger

    /// How often the database is looked at.
    private static let interval = Duration.seconds(2)
    /// How often partitions are made ahead, in turns of ``interval``.
    private static let turnsBetweenMaking = 1800

    /// A keeper.
    ///
    /// - Parameters:
    ///   - readiness: Whether the database answers.
    ///   - logger: Where outages are noted.
    ///   - now: The clock.
    ///   - bringBack: Starts a server of our own that has died.
    ///   - makeAhead: Makes the partitions of the months from a time on.
    package init(
        readiness: any ReadinessSource, logger: Logger, now: @escaping @Sendable () -> Instant,
        bringBack: @escaping @Sendable () async throws -> Void,
        makeAhead: @escaping @Sendable (Instant) async throws -> Void
    ) {
        self.readiness = readiness
        self.bringBack = bringBack
        self.makeAhead = makeAhead
        self.now = now
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown { await keep() }
    }

    private func keep() async {
        var turn = 0
        var wasAway = false
        var told = ""
        while !Task.isCancelled {
            let problems = await readiness.problems()
            if Task.isCancelled { return }
            if problems.isEmpty {
                if wasAway { logger.notice("database is back") }
                if turn % Self.turnsBetweenMaking == 0 || wasAway { await makePartitions() }
                wasAway = false
                told = ""
                turn += 1
            } else {
                if !wasAway { logger.error("database is away", metadata: ["problems": "\(problems)"]) }
                wasAway = true
                do {
                    try await bringBack()
                } catch {
                    if Task.isCancelled { return }
                    // An outage may last for hours: each reason is told once.
                    if told != "\(error)" {
                        logger.error("database cannot be brought back yet", metadata: ["error": "\(error)"])
                    }
                    told = "\(error)"
                }
            }
            do { try await Task.sleep(for: Self.interval) } catch { return }
        }
    }

    private func makePartitions() async {
        do {
            try await makeAhead(now())
        } catch {
            // A shutdown interrupts the work; that is no fault.
            if Task.isCancelled { return }
            logger.error("partitions were not made ahead", metadata: ["error": "\(error)"])
        }
    }
}
