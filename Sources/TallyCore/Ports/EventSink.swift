/// An event with what it costs by the price table.
public struct PricedEvent: Sendable {
    /// The event.
    public var event: UsageEvent
    /// Its charge.
    public var charge: Charge

    /// Whether it has no cost: neither a bill nor the biller nor the prices give one.
    public var isUnpriced: Bool { event.billedCost == nil && event.reportedCost == nil && charge.cost == nil }

    /// An event and its charge.
    public init(event: UsageEvent, charge: Charge) {
        self.event = event
        self.charge = charge
    }
}

/// Events to be stored together, with how far into their source they reach.
public struct EventBatch: Sendable {
    /// The events; at most ``maximumCount``, with distinct identities.
    public var events: [PricedEvent]
    /// The book the charges were made by, which their bases refer to.
    public var book: PriceBook
    /// Where the events come from.
    public var origin: EventOrigin
    /// How far into its source the batch reaches; committed with it.
    ///
    /// `nil` when nothing is read on from there, as with events that were sent in.
    public var checkpoint: SourceCheckpoint?

    /// The most events in one batch: bounds memory.
    public static let maximumCount = 50_000

    /// The most events in batches that are stored together: bounds memory and the length of a transaction.
    public static let maximumCountTogether = 30_000

    /// A batch from its parts.
    public init(events: [PricedEvent], book: PriceBook, origin: EventOrigin, checkpoint: SourceCheckpoint?) {
        self.events = events
        self.book = book
        self.origin = origin
        self.checkpoint = checkpoint
    }
}

/// How far a source has been read.
public struct SourceCheckpoint: Sendable, Equatable {
    /// What of the source: a path, a bucket's object, a page.
    public var item: String
    /// Bytes of the item that are done with.
    public var position: Int64
    /// Whether the item was read to its end.
    public var isComplete: Bool
    /// What else its reader goes on with, in a form of the reader's own.
    public var state: String?

    /// A checkpoint from its parts.
    public init(item: String, position: Int64, isComplete: Bool, state: String? = nil) {
        self.item = item
        self.position = position
        self.isComplete = isComplete
        self.state = state
    }
}

/// What became of the events of a batch.
public struct StoredCounts: Sendable, Equatable {
    /// Events that are new.
    public var stored = 0
    /// Events that were there already.
    public var duplicate = 0
    /// Events that were merged into one that another source had told of.
    public var merged = 0
    /// Of those that are new, how many have no cost.
    public var unpriced = 0
    /// Of those already there, how many had their attribution corrected.
    public var reattributed = 0

    /// No events.
    public init() {}

    /// Adds the counts of another batch.
    public static func += (left: inout StoredCounts, right: StoredCounts) {
        left.stored += right.stored
        left.duplicate += right.duplicate
        left.merged += right.merged
        left.unpriced += right.unpriced
        left.reattributed += right.reattributed
    }
}

/// Where priced events are made durable, exactly once (invariants I3, I4).
public protocol EventSink: Sendable {
    /// A batch that is ready to be stored.
    associatedtype Prepared: Sendable

    /// Readies a batch for storing: everything that needs no transaction, so that it can be done while other batches
    /// are being stored.
    func prepare(_ batch: EventBatch) async throws -> Prepared

    /// Stores prepared batches, in their order: the identities, the events, the difference to the rollups, the
    /// checkpoints.
    ///
    /// As few transactions are used as the sink sees fit, since many events in one cost less than few in many; a batch
    /// is never torn apart. An event that is there already keeps its numbers; what the new copy says about its
    /// attribution is put in place. One that another source has told of is merged with it by ``MergeRules``. When this returns, the batches are durable; when it throws, those before the one
    /// that failed may be, and storing them again adds nothing.
    ///
    /// - Parameters:
    ///   - batches: The batches; together at most ``EventBatch/maximumCountTogether`` events.
    ///   - turn: Waits until what was to be stored before is stored; called before anything is done that another
    ///     writer might have to wait for, and again when the work has to be repeated.
    /// - Returns: What became of the events of each.
    /// - Throws: What `turn` throws; the sink's own errors, such as one that its store is away.
    func storeEach(
        _ batches: [Prepared], inTurn turn: @Sendable () async throws -> Void
    ) async throws -> [StoredCounts]

    /// How many calls of ``storeEach(_:inTurn:)`` may be under way at a time.
    var maximumStores: Int { get }
}

extension EventSink {
    /// Stores prepared batches, as ``storeEach(_:inTurn:)`` does.
    ///
    /// - Parameters:
    ///   - batches: The batches.
    ///   - turn: Waits until what was to be stored before is stored.
    /// - Returns: What became of all their events.
    /// - Throws: What ``storeEach(_:inTurn:)`` throws.
    public func store(
        _ batches: [Prepared], inTurn turn: @Sendable () async throws -> Void
    ) async throws -> StoredCounts {
        try await storeEach(batches, inTurn: turn).reduce(into: StoredCounts()) { $0 += $1 }
    }

    /// Prepares and stores one batch.
    public func store(_ batch: EventBatch) async throws -> StoredCounts {
        try await store([prepare(batch)]) {}
    }
}
