internal import TallyConfig
internal import TallyCore
internal import TallyService
internal import TallyStore

/// The prices a command works with when it prices what is stored.
enum PriceUpkeep {
    /// The prices in force, after the configured ones have been applied if they had changed.
    ///
    /// - Throws: `ConfigError` for a price file that is not valid; `PostgresError` when the database fails.
    static func bookInForce(_ database: TallyDatabase, _ configuration: Configuration) async throws -> PriceBook {
        try await applyIfChanged(database, configuration)
        return try await database.priceBook()
    }

    /// Applies the configured prices if they have changed, and says so on stderr.
    static func applyIfChanged(_ database: TallyDatabase, _ configuration: Configuration) async throws {
        let isFirst = try await database.lastApplication() == nil
        switch try await PriceApplier(database).applyIfChanged(try ConfiguredPrices(configuration)) {
        case .unchanged: break
        case .applied(let changes):
            if isFirst || changes.isEmpty { return }
            StandardError.write(
                "tally: the price files have changed: \(Counted(changes.added, "price")) appended, "
                    + "\(changes.withdrawn) withdrawn, \(Counted(changes.names, "name")) changed\n")
        case .othersKept(let files):
            StandardError.write(
                "tally: prices are those applied from \(files.joined(separator: ", ")); "
                    + "`tally prices apply` puts the built-in ones in their place\n")
        }
    }
}
