internal import TallyCore

/// What can be wrong with a database that answers.
package enum StoreError: Error, CustomStringConvertible {
    /// The server is too old.
    case serverTooOld(found: Int)
    /// A migration that was applied has since been edited.
    case migrationEdited(name: String)
    /// The database has migrations this program does not know.
    case databaseNewer(unknown: String)
    /// The database has not been migrated to what this program needs.
    case notMigrated(pending: Int)
    /// The costs of a batch add up to more than can be stored.
    case amountTooLarge
    /// Events were changed by others over and over while they were to be changed.
    case busyEvents
    /// A column held something this program cannot read.
    case unreadable(String)

    package var description: String {
        switch self {
        case .serverTooOld(let found):
            "PostgreSQL \(found / 10_000) is too old: Tally needs 15 or newer"
        case .migrationEdited(let name):
            "migration \(name) was edited after it was applied to this database; restore the file it was applied from"
        case .databaseNewer(let unknown):
            "the database was migrated by a newer Tally (it has \(unknown)); use that version or a newer one"
        case .notMigrated(let pending):
            "the database lacks \(pending) migration\(pending == 1 ? "" : "s"); run `tally migrate`"
        case .amountTooLarge:
            "the costs of these events add up to more than \(Money.maximum); look at their reported and billed costs"
        case .busyEvents:
            "other writers keep changing the events of this range; run it again when they are done"
        case .unreadable(let what):
            "the database holds \(what), which this version cannot read"
        }
    }
}

extension StoreError: DataFaultError {
    /// Whether the events themselves are at fault.
    package var isDataFault: Bool {
        if case .amountTooLarge = self { true } else { false }
    }
}
