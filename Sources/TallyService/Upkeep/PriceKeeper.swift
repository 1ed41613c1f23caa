package import Logging
internal import ServiceLifecycle
package import TallyCore
internal import UnixSignals

/// Keeps the price table in the database as the price files have it: at the start, when a file changes, and on SIGHUP.
///
/// A file with an error is refused whole, and the prices in force stay as they are.
package struct PriceKeeper: Service {
    /// Reads the table anew, and names the files whose change asks for it.
    package typealias Load = @Sendable () throws -> (table: PriceTable, watchedFiles: [String])

    private let prices: any PriceSource
    private let load: Load
    private let logger: Logger

    /// How often files are looked at.
    private static let interval = Duration.seconds(1)

    /// A keeper that has not looked yet.
    ///
    /// - Parameters:
    ///   - prices: The table in the database.
    ///   - logger: Where changes and refusals are noted.
    ///   - load: Reads the files.
    package init(prices: any PriceSource, logger: Logger, load: @escaping Load) {
        self.prices = prices
        self.load = load
        self.logger = logger
    }

    /// Brings the table up to date once; what is wrong with the files or the database is thrown.
    package func sync() async throws {
        let counts = try await prices.apply(try load().table)
        if counts.added + counts.withdrawn > 0 {
            logger.info(
                "prices applied", metadata: ["added": "\(counts.added)", "withdrawn": "\(counts.withdrawn)"])
        }
    }

    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await reloadOnHangUp() }
                group.addTask { await reloadOnChange() }
                try await group.waitForAll()
            }
        }
    }

    private func reloadOnHangUp() async {
        for await _ in await UnixSignalsSequence(trapping: .sighup) { await reload(because: "SIGHUP") }
    }

    private func reloadOnChange() async {
        var files = (try? load().watchedFiles) ?? []
        var seen = files.map(FileStamp.init(path:))
        while !Task.isCancelled {
            do { try await Task.sleep(for: Self.interval) } catch { return }
            let now = files.map(FileStamp.init(path:))
            if now == seen { continue }
            seen = now
            await reload(because: "a file changed")
            if let changed = try? load().watchedFiles, changed != files {
                files = changed
                seen = files.map(FileStamp.init(path:))
            }
        }
    }

    private func reload(because reason: String) async {
        do {
            try await sync()
            logger.info("prices reloaded", metadata: ["reason": "\(reason)"])
        } catch {
            logger.error("prices not reloaded; those in force stay", metadata: ["error": "\(error)"])
        }
    }
}
