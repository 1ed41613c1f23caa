/// Statements to be stored together, with how far into their source they reach.
public struct StatementBatch: Sendable, Equatable {
    /// The statements.
    public var statements: [ProviderStatement]
    /// Where they come from.
    public var origin: EventOrigin
    /// When they were fetched; `nil` is now, by the clock of the store.
    public var fetchedAt: Instant?
    /// How far into its source the batch reaches; committed with it.
    public var checkpoint: SourceCheckpoint?

    /// The most lines in one batch: bounds memory.
    public static let maximumLines = 50_000

    /// A batch from its parts.
    public init(
        statements: [ProviderStatement], origin: EventOrigin, fetchedAt: Instant? = nil, checkpoint: SourceCheckpoint?
    ) {
        self.statements = statements
        self.origin = origin
        self.fetchedAt = fetchedAt
        self.checkpoint = checkpoint
    }

    /// How many lines there are in all.
    public var lineCount: Int { statements.reduce(0) { $0 + $1.lines.count } }
}

/// What became of the lines of statements.
public struct StatementCounts: Sendable, Equatable {
    /// Lines that are new.
    public var stored = 0
    /// Lines that were there with other numbers.
    public var changed = 0
    /// Lines that were there with the same numbers, or with newer ones.
    public var duplicate = 0

    /// No lines.
    public init() {}

    /// Adds the counts of another batch.
    public static func += (sum: inout StatementCounts, other: StatementCounts) {
        sum.stored += other.stored
        sum.changed += other.changed
        sum.duplicate += other.duplicate
    }
}

/// Takes statements in and stores each line once, in its latest version.
///
/// A line is told from others by its biller, the account where it is known, its kind, period and dimensions, and by how
/// many equal ones stand before it in its statement. Billers' numbers change until they are settled: those told last
/// replace those before, unless both say of when they are and the earlier told are the newer.
public protocol StatementSink: Sendable {
    /// Stores a batch, with its checkpoint, in one transaction.
    ///
    /// - Parameter batch: Statements of at most ``StatementBatch/maximumLines`` lines.
    /// - Returns: What became of the lines.
    /// - Throws: The fault of the store; nothing of the batch is stored then.
    func store(_ batch: StatementBatch) async throws -> StatementCounts
}
