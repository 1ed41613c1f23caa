/// Answers questions about usage and spend.
public protocol ReportSource: Sendable {
    /// The usage and spend a query asks for.
    func report(_ query: ReportQuery) async throws -> Report

    /// The projects there are, by name, each with its first and last call and its sums.
    func projects(limit: Int, after name: String?) async throws -> [ProjectSummary]
}

/// One project, as lists show it.
public struct ProjectSummary: Sendable, Equatable {
    /// The name.
    public let name: String
    /// The start of the quarter of an hour of its first call.
    public let firstSeen: Instant?
    /// The start of the quarter of an hour of its last call.
    public let lastSeen: Instant?
    /// All its usage and spend.
    public let measures: UsageMeasures

    /// A summary from its parts.
    public init(name: String, firstSeen: Instant?, lastSeen: Instant?, measures: UsageMeasures) {
        self.name = name
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.measures = measures
    }
}

/// An event as it is stored.
public struct StoredEvent: Sendable {
    /// The event.
    public var event: UsageEvent
    /// What the price table made of it, `nil` when unpriced.
    public var computedCost: Money?
    /// The ids of the prices used, in the order of the classes.
    public var priceIDs: [String]
    /// Why there is no computed cost, when there is none.
    public var unpricedReason: String?

    /// A stored event from its parts.
    public init(event: UsageEvent, computedCost: Money?, priceIDs: [String], unpricedReason: String?) {
        self.event = event
        self.computedCost = computedCost
        self.priceIDs = priceIDs
        self.unpricedReason = unpricedReason
    }

    /// The cost reports use: billed if known, else reported, else computed.
    public var cost: Money? { event.billedCost ?? event.reportedCost ?? computedCost }

    /// Which of the three ``cost`` is.
    public var costSource: String? {
        if event.billedCost != nil { return "billed" }
        if event.reportedCost != nil { return "reported" }
        return computedCost == nil ? nil : "computed"
    }
}

/// Lists events, newest first.
public protocol EventSource: Sendable {
    /// The events a query asks for, at most `limit`, that lie behind `position` in the order of the list.
    ///
    /// - Parameters:
    ///   - query: The range and filters; groups and interval are not used.
    ///   - position: Time and identity of the last event already seen.
    ///   - limit: The most events returned.
    /// - Returns: The events, newest first.
    /// - Throws: The fault of the store.
    func events(_ query: ReportQuery, after position: EventPosition?, limit: Int) async throws -> [StoredEvent]
}

/// A place in the list of events.
public struct EventPosition: Sendable, Equatable {
    /// The time of the event.
    public let time: Instant
    /// Its identity.
    public let identity: EventIdentity

    /// The place of an event.
    public init(time: Instant, identity: EventIdentity) {
        self.time = time
        self.identity = identity
    }
}

/// The price table in the database.
public protocol PriceSource: Sendable {
    /// The book as it stands.
    func priceBook() async throws -> PriceBook
}

/// Whether the database can be used.
public protocol ReadinessSource: Sendable {
    /// Nothing when all is well, else one reason a line.
    func problems() async -> [String]
}
