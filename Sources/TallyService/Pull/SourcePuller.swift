package import Logging
internal import ServiceLifecycle
internal import TallyConfig
internal import TallyCore
internal import UnixSignals

/// Pulls the configured sources on their schedules: each by itself, so that none holds up another.
///
/// The sources are read again when the settings change and on SIGHUP; settings with an error are refused whole, and the
/// sources in force stay.
package struct SourcePuller: Service {
    /// Reads the sources anew, and names the files whose change asks for it.
    package typealias Load = @Sendable () throws -> (plan: SourcePlan, watchedFiles: [String])

    private let turns: SourceTurns
    private let board: SourceBoard
    private let logger: Logger
    private let load: Load
    private let wanted: Set<String>?

    /// How often files are looked at.
    private static let interval = Duration.seconds(1)

    /// A puller.
    ///
    /// - Parameters:
    ///   - turns: Runs the sources.
    ///   - board: Told of the sources in force.
    ///   - logger: Where failures and reloads are noted.
    ///   - wanted: The sources that are pulled; `nil` for all.
    ///   - load: Reads the settings.
    package init(
        turns: SourceTurns, board: SourceBoard, logger: Logger, only wanted: Set<String>? = nil,
        load: @escaping Load
    ) {
        self.turns = turns
        self.board = board
        self.logger = logger
        self.wanted = wanted
        self.load = load
    }

    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            var plan = try load().plan
            while !Task.isCancelled {
                board.put(plan)
                let inForce = plan
                let changed = await withTaskGroup(of: SourcePlan?.self) { group -> SourcePlan? in
                    group.addTask {
                        await pull(inForce)
                        return nil
                    }
                    group.addTask { await change(of: inForce) }
                    defer { group.cancelAll() }
                    for await result in group {
                        if let result { return result }
                        if Task.isCancelled { return nil }
                    }
                    return nil
                }
                guard let changed else { return }
                plan = changed
                logger.notice("sources reloaded", metadata: ["count": "\(plan.entries.count)"])
            }
        }
    }

    // MARK: Pulling

    private func pull(_ plan: SourcePlan) async {
        await withDiscardingTaskGroup { group in
            for entry in plan.entries where wanted?.contains(entry.settings.name) ?? true {
                group.addTask { await follow(entry) }
            }
        }
        // Without a source there is nothing to do until the settings change.
        while !Task.isCancelled {
            do { try await Task.sleep(for: .seconds(3_600)) } catch { return }
        }
    }

    private func follow(_ entry: SourcePlan.Entry) async {
        let name = entry.settings.name
        var reader: (any SourceReading)?
        var failures = 0
        var told: String?
        var away = RetryDelay()
        while !Task.isCancelled {
            var pause = Duration.seconds(entry.settings.everySeconds)
            await turns.gate.enter()
            do {
                let turn = Task.isCancelled ? .busy : try await turns.turn(entry, &reader, failures: failures)
                away.reset()
                if case .run(let run, _, let next) = turn {
                    failures = run.error == nil ? 0 : failures + 1
                    pause = next
                    if let error = run.error, error != told {
                        logger.error(
                            "a source could not be pulled", metadata: ["source": "\(name)", "error": "\(error)"])
                    } else if run.error == nil, told != nil {
                        logger.notice("a source can be pulled again", metadata: ["source": "\(name)"])
                    }
                    told = run.error
                }
            } catch {
                if !Task.isCancelled, away.isFirst {
                    logger.error(
                        "what is pulled cannot be stored; trying again",
                        metadata: ["source": "\(name)", "error": "\(error)"])
                }
                pause = away.nextWithJitter()
            }
            await turns.gate.leave()
            do { try await Task.sleep(for: pause) } catch { return }
        }
    }

    // MARK: Settings

    /// Waits until the settings name other sources.
    private func change(of plan: SourcePlan) async -> SourcePlan? {
        await withTaskGroup(of: SourcePlan?.self) { group in
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sighup) {
                    if let changed = reload(plan, because: "SIGHUP") { return changed }
                }
                return nil
            }
            group.addTask {
                var files = (try? load().watchedFiles) ?? []
                var seen = files.map(FileStamp.init(path:))
                while !Task.isCancelled {
                    do { try await Task.sleep(for: Self.interval) } catch { return nil }
                    let now = files.map(FileStamp.init(path:))
                    if now == seen { continue }
                    seen = now
                    if let changed = reload(plan, because: "a file changed") { return changed }
                    files = (try? load().watchedFiles) ?? files
                    seen = files.map(FileStamp.init(path:))
                }
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    private func reload(_ plan: SourcePlan, because reason: String) -> SourcePlan? {
        do {
            let changed = try load().plan
            return changed.isSame(as: plan) ? nil : changed
        } catch {
            logger.error(
                "sources not reloaded; those in force stay", metadata: ["reason": "\(reason)", "error": "\(error)"])
            return nil
        }
    }
}
