/// One attempt at one model call: who, what, when, how many of each class, how it ended.
public struct UsageEvent: Sendable, Equatable {
    /// The identity: the same call gives the same one however often and from wherever it is reported (I3).
    public var identity: EventIdentity
    /// When the call was made.
    public var time: Instant
    /// What was called.
    public var offering: Offering
    /// Whether biller and provider are only assumed, as from a tool's log that names what it was told or a model's maker.
    ///
    /// What is assumed contradicts nobody, and gives way to any source that knows who sold the call.
    public var isSellerAssumed = false
    /// Who it is charged to, as far as this source says.
    public var attribution: Attribution
    /// How many of each class; `nil` when unknown, which is not zero.
    public var usage: UsageBuckets?
    /// What the biller itself said the call cost, such as OpenRouter's `usage.cost`.
    public var reportedCost: Money?
    /// What the biller's invoice or usage API finally charged.
    public var billedCost: Money?
    /// The submitter's own id of the call.
    public var id: String?
    /// The provider's id of the generation.
    public var requestID: String?
    /// The HTTP status, 100 to 599.
    public var status: Int?
    /// From sending the request to the end of the response, in milliseconds.
    public var durationMs: Int?
    /// From sending the request to the first byte of the response, in milliseconds.
    public var ttfbMs: Int?
    /// Whether the response was streamed; `nil` when not known.
    public var isStream: Bool?
    /// How the attempt ended.
    public var outcome: Outcome
    private var sharedDetails: SharedDetails?

    /// What only a relay knows of the call; `nil` when nothing of it is known, as for nearly all events.
    public var details: CallDetails? {
        get { sharedDetails?.details }
        set { sharedDetails = .of(newValue) }
    }

    /// The largest cost one call may be reported or billed with: 10¹² of the currency, far below what sums may reach.
    public static let maximumCost = Money(picodollars: 1_000_000_000_000_000_000_000_000)

    /// An event of which only the time and identity are known yet.
    public init(identity: EventIdentity, time: Instant) {
        self.identity = identity
        self.time = time
        offering = .none
        attribution = .none
        outcome = .complete
    }
}

/// How an attempt ended.
public enum Outcome: String, Sendable, Hashable, CaseIterable {
    /// The response came whole.
    case complete
    /// The client left after the response had begun, or a log has only a part of the stream.
    case interrupted
    /// The attempt gave no usable response, or the upstream broke it off.
    case failed
}
