/// Lists where the sources of one call contradict each other.
public protocol MergeConflictSource: Sendable {
    /// How many contradictions there are, and the latest of them.
    ///
    /// One that a later contribution has settled is there no more.
    ///
    /// - Parameter limit: The most that are listed.
    /// - Returns: The count, and the latest, newest first.
    /// - Throws: The fault of the store.
    func mergeConflicts(limit: Int) async throws -> MergeConflicts
}

/// Contradictions between the sources of calls.
public struct MergeConflicts: Sendable, Equatable {
    /// How many there are in all.
    public var count: Int
    /// The latest, newest first.
    public var latest: [MergeConflict]

    /// Contradictions from their count and the latest.
    public init(count: Int, latest: [MergeConflict]) {
        self.count = count
        self.latest = latest
    }
}

/// Two sources say different things of one call.
public struct MergeConflict: Sendable, Equatable {
    /// What they differ about.
    public enum Field: String, Sendable, CaseIterable {
        /// How much was used, told to the end by both.
        case usage
        /// Which model served.
        case model
        /// The HTTP status.
        case status
        /// What the biller said in the response that the call costs.
        case reportedCost = "reported_cost"
        /// What the biller charged.
        case billedCost = "billed_cost"
    }

    /// What one of the two says.
    public struct Side: Sendable, Equatable {
        /// The source's name.
        public let source: String
        /// The form it tells in.
        public let form: String
        /// What it says: counts, an amount, a status or a name.
        public let value: String

        /// A side from its parts.
        public init(source: String, form: String, value: String) {
            self.source = source
            self.form = form
            self.value = value
        }
    }

    /// The event.
    public var event: EventIdentity
    /// When the call was made.
    public var time: Instant
    /// What they differ about.
    public var field: Field
    /// What the event goes by.
    public var kept: Side
    /// What the other source says.
    public var refused: Side
    /// When this was first seen.
    public var notedAt: Instant

    /// A contradiction from its parts.
    public init(
        event: EventIdentity, time: Instant, field: Field, kept: Side, refused: Side, notedAt: Instant
    ) {
        self.event = event
        self.time = time
        self.field = field
        self.kept = kept
        self.refused = refused
        self.notedAt = notedAt
    }
}
