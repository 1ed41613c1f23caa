/// What only a relay that saw a whole call knows of it, beyond what a line of a log says.
///
/// None of it takes part in an event's identity, its price or the rollups.
public struct CallDetails: Sendable, Hashable {
    /// The upstream the call was sent to, by its name in the configuration.
    public var upstream: String?
    /// The model the request asked for; the one that served is that of the event's ``Offering``.
    public var requestedModel: String?
    /// Bytes of the request's body.
    public var requestBytes: Int?
    /// Bytes of the response's body, as they came.
    public var responseBytes: Int?
    /// Why the attempt gave no usable response.
    public var errorType: ErrorType?
    /// How long a model that was still loading said it would take, in milliseconds.
    public var estimatedTimeMs: Int?
    /// How long the response asked to wait before the next attempt, in milliseconds.
    public var retryAfterMs: Int?
    /// How many calls the provider's limit still allowed (`r` of the `RateLimit` header).
    public var rateLimitRemaining: Int?
    /// How long until that limit is full again (`t` of the `RateLimit` header), in milliseconds.
    public var rateLimitResetMs: Int?

    /// The largest count of bytes or of calls left: 10¹⁵.
    public static let maximumCount = 1_000_000_000_000_000
    /// The longest of the times: 10⁹ milliseconds, over eleven days.
    public static let maximumMs = 1_000_000_000

    /// Details of which none are known.
    public init() {}

    /// Whether nothing is known.
    public var isEmpty: Bool { self == CallDetails() }
}

/// Details in shared storage: nearly all events have none, and copying those that do counts one reference.
final class SharedDetails: Sendable, Equatable {
    let details: CallDetails

    /// Storage of details; `nil` when nothing is known.
    static func of(_ details: CallDetails?) -> SharedDetails? {
        guard let details, !details.isEmpty else { return nil }
        return SharedDetails(details)
    }

    private init(_ details: CallDetails) {
        self.details = details
    }

    static func == (left: SharedDetails, right: SharedDetails) -> Bool {
        left === right || left.details == right.details
    }
}
