/// How one run of a source went.
public struct SourceRun: Sendable {
    /// The source.
    public var source: String
    /// What it is.
    public var kind: String
    /// Who ran it.
    public var holder: String
    /// When it began.
    public var startedAt: Instant
    /// When it came to its end.
    public var endedAt: Instant
    /// Why it failed, with the mend; `nil` when it did not.
    public var error: String?
    /// What it came to.
    public var counts = SourceCounts()
    /// When the next one is due; `nil` when none is planned.
    public var nextRunAt: Instant?
    /// Up to when an API was asked for its records; `nil` leaves what is known.
    public var coveredUntil: Instant?
    /// Bytes that are known and not read yet; `nil` when that cannot be known.
    public var pendingBytes: Int64?

    /// A run that went well.
    public init(source: String, kind: String, holder: String, startedAt: Instant, endedAt: Instant) {
        self.source = source
        self.kind = kind
        self.holder = holder
        self.startedAt = startedAt
        self.endedAt = endedAt
    }
}
