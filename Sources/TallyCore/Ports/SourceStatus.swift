/// How a source is.
public struct SourceStatus: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// What it is.
    public var kind: String
    /// When a run began last.
    public var lastAttemptAt: Instant
    /// When a run ended well last; `nil` when none has.
    public var lastSuccessAt: Instant?
    /// Why the last run failed; `nil` when it did not.
    public var lastError: String?
    /// When a run failed last; `nil` when none has.
    public var lastErrorAt: Instant?
    /// When the next run is due; `nil` when none is planned.
    public var nextRunAt: Instant?
    /// Up to when an API was asked for its records.
    public var coveredUntil: Instant?
    /// Bytes that are known and not read yet; `nil` when that cannot be known.
    public var pendingBytes: Int64?
    /// Runs that came to their end.
    public var runs: Int
    /// Runs that failed.
    public var failures: Int
    /// What all runs came to.
    public var counts: SourceCounts

    /// A status from its parts.
    public init(
        name: String, kind: String, lastAttemptAt: Instant, lastSuccessAt: Instant?, lastError: String?,
        lastErrorAt: Instant?, nextRunAt: Instant?, coveredUntil: Instant?, pendingBytes: Int64?, runs: Int,
        failures: Int, counts: SourceCounts
    ) {
        self.name = name
        self.kind = kind
        self.lastAttemptAt = lastAttemptAt
        self.lastSuccessAt = lastSuccessAt
        self.lastError = lastError
        self.lastErrorAt = lastErrorAt
        self.nextRunAt = nextRunAt
        self.coveredUntil = coveredUntil
        self.pendingBytes = pendingBytes
        self.runs = runs
        self.failures = failures
        self.counts = counts
    }
}
