internal import Foundation
internal import TallyConfig
internal import TallyCore
internal import TallyService
internal import TallyStore

/// What pulling needs, put together for the daemon and for `tally pull`.
enum SourceParts {
    /// The parts.
    ///
    /// - Parameters:
    ///   - database: Where what is pulled goes.
    ///   - locks: Who may pull a source now.
    ///   - options: The data directory, which has the folder for the names of rejected records.
    ///   - configuration: The limits.
    ///   - book: The prices in force.
    /// - Returns: The parts.
    static func make(
        _ database: TallyDatabase, locks: SourceLockSession, _ options: DatabaseOptions,
        _ configuration: Configuration, book: @escaping @Sendable () async throws -> PriceBook
    ) -> SourceTurns.Parts {
        SourceTurns.Parts(
            store: PullStore(database), locks: locks, book: book,
            surroundings: SourcePlan.Surroundings(
                environment: ProcessInfo.processInfo.environment, rejectFolder: options.dataDirectory,
                userAgent: "tally/\(Tally.version)", now: SystemClock.now),
            batchEvents: configuration.importLimits.batchEvents, holder: UUID().uuidString)
    }
}
