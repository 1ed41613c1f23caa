/// A span of time, from the first instant to before the second.
public struct StatementPeriod: Sendable, Hashable {
    /// The first instant.
    public var from: Instant
    /// The instant after the last.
    public var to: Instant

    /// A span from its ends.
    public init(from: Instant, to: Instant) {
        self.from = from
        self.to = to
    }
}
