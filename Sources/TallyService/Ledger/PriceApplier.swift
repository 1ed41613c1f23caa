package import TallyCore

/// Brings the price table in the database to what files say.
///
/// Everything that prices what is stored (the daemon, an import, a reprice) goes through here, so that all of them see
/// the same prices.
package struct PriceApplier: Sendable {
    private let ledger: any PriceLedger

    /// What became of the configured prices.
    package enum Outcome: Sendable, Equatable {
        /// They had changed and are in force now.
        case applied(PriceChanges)
        /// They have not changed since they were last looked at; what is in force stays.
        case unchanged
        /// Nobody configured any here, and what is in force was configured by somebody: it stays.
        case othersKept(files: [String])
    }

    /// An applier to a database.
    package init(_ ledger: any PriceLedger) {
        self.ledger = ledger
    }

    /// Puts prices in force.
    ///
    /// - Parameters:
    ///   - prices: The prices.
    ///   - configured: What the configuration names at the same time; `prices` themselves unless others were named on the
    ///     command line.
    ///   - isDryRun: Whether to find out only what would change.
    /// - Returns: What changed.
    /// - Throws: `PriceBookError`; the fault of the store.
    package func apply(
        _ prices: ConfiguredPrices, over configured: ConfiguredPrices? = nil, isDryRun: Bool = false
    ) async throws -> PriceChanges {
        let application = PriceApplication(
            table: prices.digest, configured: (configured ?? prices).digest, isBuiltIn: prices.isBuiltIn,
            files: prices.files)
        return try await ledger.apply(prices.table, from: application, isDryRun: isDryRun)
    }

    /// Puts the configured prices in force if they have changed since the last application.
    ///
    /// Prices that were applied by hand stay until then, and the table that comes with the program never takes the place
    /// of files that somebody named.
    ///
    /// - Parameter prices: The configured prices.
    /// - Returns: What became of them.
    /// - Throws: `PriceBookError`; the fault of the store.
    package func applyIfChanged(_ prices: ConfiguredPrices) async throws -> Outcome {
        switch try await standing(of: prices) {
        case .due: .applied(try await apply(prices))
        case .unchanged: .unchanged
        case .othersKept(let files): .othersKept(files: files)
        }
    }

    /// The book that ``applyIfChanged(_:)`` would put in force, without putting it there.
    ///
    /// - Parameter prices: The configured prices.
    /// - Returns: The book, `nil` when it is the one in force.
    /// - Throws: `PriceBookError`; the fault of the store.
    package func proposedBook(_ prices: ConfiguredPrices) async throws -> PriceBook? {
        guard case .due = try await standing(of: prices) else { return nil }
        return try prices.table.makeBook()
    }

    /// How the configured prices stand to those in force.
    private enum Standing {
        case due
        case unchanged
        case othersKept(files: [String])
    }

    private func standing(of prices: ConfiguredPrices) async throws -> Standing {
        guard let last = try await ledger.lastApplication() else { return .due }
        if last.configured == prices.digest { return .unchanged }
        if prices.isBuiltIn, !last.isBuiltIn { return .othersKept(files: last.files) }
        return .due
    }
}
