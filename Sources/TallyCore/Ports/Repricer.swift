/// Computes the costs of stored events anew, with an audit row for every change (I5).
public protocol Repricer: Sendable {
    /// Charges the events of a range again, each with the prices that hold at its own time.
    ///
    /// Works in bounded batches, each in one transaction: the events, the difference to the rollups, the audit rows and
    /// how far the run has come. A run that was broken off is taken up again by the next one with the same range, filters
    /// and prices. Only the computed cost changes; what was reported and billed stays.
    ///
    /// - Parameters:
    ///   - request: Which events, and whether to write.
    ///   - onProgress: Called after every batch with the events looked at so far.
    /// - Returns: What was found and changed, by model; of a run that was taken up again, all of it.
    /// - Throws: The fault of the store.
    func reprice(
        _ request: RepriceRequest, onProgress: @Sendable (_ events: Int64) -> Void
    ) async throws -> RepriceSummary
}

/// Which events are to be charged again.
public struct RepriceRequest: Sendable {
    /// Whether the changes are made.
    public enum Mode: Sendable {
        /// Made and recorded, with a note on why.
        case write(note: String?)
        /// Only worked out: with the prices of this book, or with those in force.
        case dryRun(book: PriceBook?)
    }

    /// The range and filters; groups and interval are not used.
    public var query: ReportQuery
    /// Whether the changes are made.
    public var mode: Mode
    /// Events in one transaction.
    public var batchEvents: Int

    /// A request from its parts.
    public init(query: ReportQuery, mode: Mode, batchEvents: Int) {
        self.query = query
        self.mode = mode
        self.batchEvents = batchEvents
    }

    /// Whether nothing is to be written.
    public var isDryRun: Bool {
        if case .dryRun = mode { true } else { false }
    }
}

/// What charging a range again found and changed.
public struct RepriceSummary: Sendable, Equatable {
    /// The sums of one model.
    public struct Row: Sendable, Equatable {
        /// The model, `nil` for events whose model is not known.
        public var model: String?
        /// Its sums.
        public var sums: RepriceSums

        /// A row from its parts.
        public init(model: String?, sums: RepriceSums) {
            self.model = model
            self.sums = sums
        }
    }

    /// The run the audit rows are filed under, `nil` for a dry run.
    public var runID: Int64?
    /// Whether a run that was broken off has been taken up again.
    public var isResumed: Bool
    /// The note the audit rows have: the first that was given for the run.
    public var note: String?
    /// The rows, by model.
    public var rows: [Row]
    /// The sums of all rows.
    public var totals: RepriceSums

    /// A summary from its parts.
    public init(runID: Int64?, isResumed: Bool, note: String?, rows: [Row], totals: RepriceSums) {
        self.runID = runID
        self.isResumed = isResumed
        self.note = note
        self.rows = rows
        self.totals = totals
    }
}

/// Computed costs of some events before and after they were charged again.
public struct RepriceSums: Sendable, Equatable {
    /// Events looked at.
    public var events: Int64 = 0
    /// Of them, those whose charge changed: the amount, or the prices it is from.
    public var changed: Int64 = 0
    /// Events that had a computed cost.
    public var oldPriced: Int64 = 0
    /// Events that have one now.
    public var newPriced: Int64 = 0
    /// Events that had none and have one now.
    public var newlyPriced: Int64 = 0
    /// Events that had one and have none now.
    public var newlyUnpriced: Int64 = 0
    /// The computed costs before.
    public var oldCost = Money.zero
    /// The computed costs now.
    public var newCost = Money.zero

    /// The sums of no events.
    public init() {}

    /// Adds one event.
    ///
    /// - Parameters:
    ///   - old: Its cost before, `nil` when it was unpriced.
    ///   - new: Its cost now.
    ///   - isChanged: Whether its charge changed.
    /// - Returns: Whether the sums still fit into 128 bits.
    public mutating func add(old: Money?, new: Money?, isChanged: Bool) -> Bool {
        events += 1
        if isChanged { changed += 1 }
        if old != nil { oldPriced += 1 }
        if new != nil { newPriced += 1 }
        if old == nil, new != nil { newlyPriced += 1 }
        if old != nil, new == nil { newlyUnpriced += 1 }
        guard let oldCost = oldCost.adding(old ?? .zero), let newCost = newCost.adding(new ?? .zero) else {
            return false
        }
        (self.oldCost, self.newCost) = (oldCost, newCost)
        return true
    }

    /// Adds the sums of other events; `nil` when a sum leaves 128 bits.
    public func adding(_ other: RepriceSums) -> RepriceSums? {
        guard let oldCost = oldCost.adding(other.oldCost), let newCost = newCost.adding(other.newCost) else {
            return nil
        }
        var sum = self
        sum.events += other.events
        sum.changed += other.changed
        sum.oldPriced += other.oldPriced
        sum.newPriced += other.newPriced
        sum.newlyPriced += other.newlyPriced
        sum.newlyUnpriced += other.newlyUnpriced
        (sum.oldCost, sum.newCost) = (oldCost, newCost)
        return sum
    }

    /// The cost before, `nil` when there are events and none had one (I6); no events cost nothing, as in reports.
    public var knownOldCost: Money? { oldPriced == 0 && events > 0 ? nil : oldCost }

    /// The cost now, `nil` when there are events and none has one.
    public var knownNewCost: Money? { newPriced == 0 && events > 0 ? nil : newCost }

    /// What the total changed by, `nil` when there are events and there was and is none.
    public var difference: Money? {
        oldPriced == 0 && newPriced == 0 && events > 0 ? nil : newCost - oldCost
    }
}
