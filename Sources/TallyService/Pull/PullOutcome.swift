internal import TallyCore

/// What a run of a source came to.
struct PullOutcome: Sendable {
    /// What was read and stored.
    var counts = SourceCounts()
    /// Why parts of it, or all of it, could not be read; each with the mend.
    var failures: [String] = []
    /// Reasons of the first records that are no events, with their places.
    var firstRejects: [String] = []
    /// Up to when an API was asked for its records.
    var coveredUntil: Instant?
    /// Bytes that are known and not read yet.
    var pendingBytes: Int64?
    /// How long the other side asked to wait.
    var retryAfter: Duration?

    /// The most reasons that are kept.
    static let maximumReasons = 5

    /// Notes a failure; past the most there are only counted.
    mutating func fail(_ reason: String) {
        failures.append(reason)
    }

    /// Notes a record that is no event.
    mutating func reject(_ reason: String) {
        counts.rejected += 1
        if firstRejects.count < Self.maximumReasons { firstRejects.append(reason) }
    }
}
