/// Finds calls of which their biller may know more than is stored.
public protocol UnsettledCallSource: Sendable {
    /// The calls a query asks for, oldest first, each id of a provider once.
    func unsettledCalls(_ query: UnsettledCallQuery) async throws -> [UnsettledCall]
}

/// Asks for the calls of a biller that have a provider's id and whose usage is unknown or of a part only, or whose cost
/// the biller has not told.
public struct UnsettledCallQuery: Sendable {
    /// The biller, in its one spelling.
    public var biller: String
    /// The time of the first call that is looked at.
    public var since: Instant
    /// The form of the sources that settle such calls; what one of them has told of is settled.
    public var settledBy: String
    /// Ids of the provider that are not wanted.
    public var excluding: [String]
    /// The most calls.
    public var limit: Int

    /// A query from its parts.
    public init(biller: String, since: Instant, settledBy: String, excluding: [String], limit: Int) {
        self.biller = biller
        self.since = since
        self.settledBy = settledBy
        self.excluding = excluding
        self.limit = limit
    }
}

/// A call that is not settled.
public struct UnsettledCall: Sendable, Equatable {
    /// The provider's id of the generation.
    public let requestID: String
    /// When the call was made; of several with one id the first.
    public let time: Instant

    /// A call from its parts.
    public init(requestID: String, time: Instant) {
        self.requestID = requestID
        self.time = time
    }
}
