/// The price table in the database as what writes to it sees it: append-only, with a record of what was applied.
public protocol PriceLedger: PriceSource {
    /// The last application that changed anything, `nil` before the first.
    func lastApplication() async throws -> PriceApplication?

    /// Appends what differs from the table as it stands.
    ///
    /// Several at once wait for each other; what changes nothing writes nothing.
    ///
    /// - Parameters:
    ///   - table: All prices there are to be; what is in the database beyond them is withdrawn.
    ///   - application: Where the table is from; recorded with the change.
    ///   - isDryRun: Whether to find out only what would change.
    /// - Returns: How many prices were appended, withdrawn and left alone.
    /// - Throws: ``PriceBookError`` when the table cannot be charged with; the fault of the store.
    func apply(
        _ table: PriceTable, from application: PriceApplication, isDryRun: Bool
    ) async throws -> PriceChanges
}

/// Where an applied price table is from.
public struct PriceApplication: Sendable, Equatable {
    /// The digest of the table.
    public var table: String
    /// The digest of the table that the configuration named when this one was applied: the same one, unless other files
    /// were named on the command line.
    public var configured: String
    /// Whether nobody named a file, so that the table is the one that comes with the program.
    public var isBuiltIn: Bool
    /// The files, in order of precedence, for people to read.
    public var files: [String]

    /// An application from its parts.
    public init(table: String, configured: String, isBuiltIn: Bool, files: [String]) {
        self.table = table
        self.configured = configured
        self.isBuiltIn = isBuiltIn
        self.files = files
    }
}

/// What applying a price table did, in prices and in the names they are found by.
public struct PriceChanges: Sendable, Equatable {
    /// Appended: new, or edited.
    public var added: Int
    /// Withdrawn: no longer in the table.
    public var withdrawn: Int
    /// There already as they are to be.
    public var unchanged: Int
    /// Other names of models, and spellings of billers and providers, that were added, removed or given another meaning:
    /// calls may be priced otherwise by these alone.
    public var names: Int

    /// Changes from their counts.
    public init(added: Int, withdrawn: Int, unchanged: Int, names: Int = 0) {
        self.added = added
        self.withdrawn = withdrawn
        self.unchanged = unchanged
        self.names = names
    }

    /// Whether everything is as it was before.
    public var isEmpty: Bool { added == 0 && withdrawn == 0 && names == 0 }
}
