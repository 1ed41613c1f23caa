/// Finds an event and everything its charge was made from.
public protocol ExplanationSource: Sendable {
    /// The event of an identity, its own or that of an event which was merged into it, with what its charge was made
    /// from; `nil` when there is none.
    func explanation(of identity: EventIdentity) async throws -> ChargeExplanation?

    /// Events with an id, newest first: the submitter's own or the provider's of the generation.
    ///
    /// - Parameters:
    ///   - id: The id, exactly.
    ///   - range: Where to look, `nil` for everywhere; there is no index on ids, so that a short range is quicker.
    ///   - limit: The most events returned.
    /// - Returns: The events.
    /// - Throws: The fault of the store.
    func events(withID id: String, in range: Range<Instant>?, limit: Int) async throws -> [StoredEvent]
}

/// An event with everything its charge was made from.
public struct ChargeExplanation: Sendable {
    /// The event, with its amounts.
    public var stored: StoredEvent
    /// What the computed cost was made from.
    public var record: ChargeRecord
    /// The prices of the record that the database knows, by id.
    public var prices: [String: PriceHistory]
    /// When the charge was computed anew, oldest first.
    public var changes: [ChargeChange]
    /// All identities the event answers to, its own first.
    public var identities: [EventIdentity]

    /// An explanation from its parts.
    public init(
        stored: StoredEvent, record: ChargeRecord, prices: [String: PriceHistory], changes: [ChargeChange],
        identities: [EventIdentity]
    ) {
        self.stored = stored
        self.record = record
        self.prices = prices
        self.changes = changes
        self.identities = identities
    }
}

/// A price with when it was recorded in the database.
public struct PriceHistory: Sendable, Equatable {
    /// The price.
    public var price: Price
    /// When it was first recorded.
    public var recordedAt: Instant
    /// When it was edited or withdrawn, `nil` while it is in force.
    public var endedAt: Instant?

    /// A price from its parts.
    public init(price: Price, recordedAt: Instant, endedAt: Instant?) {
        self.price = price
        self.recordedAt = recordedAt
        self.endedAt = endedAt
    }
}

/// One change of an event's charge, from the audit.
public struct ChargeChange: Sendable, Equatable {
    /// The run that made it.
    public var runID: Int64
    /// When.
    public var time: Instant
    /// Why, as its caller said.
    public var note: String?
    /// The cost before, `nil` when unpriced.
    public var oldCost: Money?
    /// The cost after.
    public var newCost: Money?
    /// What the cost before was made from.
    public var oldRecord: ChargeRecord
    /// What the cost after was made from.
    public var newRecord: ChargeRecord

    /// A change from its parts.
    public init(
        runID: Int64, time: Instant, note: String?, oldCost: Money?, newCost: Money?, oldRecord: ChargeRecord,
        newRecord: ChargeRecord
    ) {
        self.runID = runID
        self.time = time
        self.note = note
        self.oldCost = oldCost
        self.newCost = newCost
        self.oldRecord = oldRecord
        self.newRecord = newRecord
    }
}
