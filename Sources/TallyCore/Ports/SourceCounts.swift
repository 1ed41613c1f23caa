/// What a run of a source, or all of its runs, came to.
public struct SourceCounts: Sendable, Equatable {
    /// Records read, good or bad.
    public var read = 0
    /// Events that are new.
    public var stored = 0
    /// Events that were there already.
    public var duplicate = 0
    /// Of the new ones, how many have no cost.
    public var unpriced = 0
    /// Records that are no events.
    public var rejected = 0
    /// Sums of billers.
    public var statements = 0

    /// Nothing.
    public init() {}

    /// Adds other counts.
    public static func += (left: inout SourceCounts, right: SourceCounts) {
        left.read += right.read
        left.stored += right.stored
        left.duplicate += right.duplicate
        left.unpriced += right.unpriced
        left.rejected += right.rejected
        left.statements += right.statements
    }
}
