/// What is reserved, appended and recorded, what waits for the writer, and whether more is let in.
///
/// Plain values; the lock around them is ``Admission``'s.
struct Ledger {
    /// A number of records and their bytes.
    struct Load: Equatable {
        var records = 0
        var bytes = 0

        static func + (left: Load, right: Load) -> Load {
            Load(records: left.records + right.records, bytes: left.bytes + right.bytes)
        }

        static func += (left: inout Load, right: Load) { left = left + right }

        static func -= (left: inout Load, right: Load) {
            left.records -= right.records
            left.bytes -= right.bytes
            precondition(left.records >= 0 && left.bytes >= 0, "more was given back than was held")
        }
    }

    /// A record on its way to the disk, and who wants to know when it is there.
    struct Entry: Sendable {
        let record: [UInt8]
        let whenSynced: @Sendable (Result<Int64, DurableQueueError>) -> Void
    }

    /// A removal that is under way or waits for its turn.
    struct Removal: Sendable {
        let through: Int64
        let continuation: CheckedContinuation<Void, any Error>
    }

    /// What the writer does next, all of it before it asks again.
    struct Work: Sendable {
        var entries: [Entry] = []
        /// The removal of which a piece is due; it stays in the ledger until it is finished.
        var removal: Removal?
        var checkpointEnded = false
        var isClosing = false
    }

    /// One transaction takes at most so many bytes, or one record.
    private static let batchBytes = 4 * 1_024 * 1_024

    let folder: String
    let limits: DurableQueue.Limits
    private(set) var reserved = Load()
    /// Waiting for the writer or in its hands.
    private(set) var appended = Load()
    /// On disk and not removed.
    private(set) var recorded: Load
    /// Why nothing is admitted; nil while it is.
    private(set) var fault: DurableQueueError?
    private(set) var isClosing = false
    private var waiting: [Entry] = []
    private var waitingBytes = 0
    private var removals: [Removal] = []
    private var checkpointEnded = false

    init(folder: String, limits: DurableQueue.Limits, recorded: Load, fault: DurableQueueError?) {
        self.folder = folder
        self.limits = limits
        self.recorded = recorded
        self.fault = fault
    }

    /// What a caller sees as waiting.
    var backlog: Load { appended + recorded }

    mutating func reserve() throws(DurableQueueError) {
        try checkRoom(bytes: limits.reservationBytes)
        reserved += Load(records: 1, bytes: limits.reservationBytes)
    }

    mutating func release() { reserved -= Load(records: 1, bytes: limits.reservationBytes) }

    /// Takes in a record, in the place of a reservation or in a place of its own; a refused one leaves the place free.
    mutating func append(_ entry: Entry, isReserved: Bool) throws(DurableQueueError) {
        if isReserved { release() }
        let bytes = entry.record.count
        guard bytes <= DurableQueue.Limits.recordBytes else {
            throw .tooLong(bytes: bytes, limit: DurableQueue.Limits.recordBytes)
        }
        if isReserved {
            if isClosing { throw .closed }
            if bytes > limits.reservationBytes { try checkBytes(bytes) }
        } else {
            try checkRoom(bytes: bytes)
        }
        appended += Load(records: 1, bytes: bytes)
        waiting.append(entry)
        waitingBytes += bytes
    }

    private func checkRoom(bytes: Int) throws(DurableQueueError) {
        if isClosing { throw .closed }
        if let fault { throw fault }
        let admitted = reserved.records + appended.records
        guard admitted < limits.reservedRecords else {
            throw .full(.admitted(held: admitted, limit: limits.reservedRecords))
        }
        let held = admitted + recorded.records
        guard held < limits.maximumRecords else { throw .full(.records(held: held, limit: limits.maximumRecords)) }
        try checkBytes(bytes)
    }

    private func checkBytes(_ bytes: Int) throws(DurableQueueError) {
        let held = (reserved + backlog).bytes
        guard bytes <= limits.maximumBytes - held else {
            throw .full(.bytes(held: held, wanted: bytes, limit: limits.maximumBytes))
        }
    }
}

// What the writer does with it.
extension Ledger {
    /// The work there is, nil when there is none.
    mutating func takeWork() -> Work? {
        guard !waiting.isEmpty || !removals.isEmpty || checkpointEnded || isClosing else { return nil }
        var work = Work(removal: removals.first, checkpointEnded: checkpointEnded, isClosing: isClosing)
        checkpointEnded = false
        if waitingBytes <= Self.batchBytes {
            swap(&work.entries, &waiting)
            waitingBytes = 0
        } else {
            work.entries = takeBatch()
        }
        return work
    }

    private mutating func takeBatch() -> [Entry] {
        var count = 0
        var bytes = 0
        while count < waiting.count, count == 0 || bytes + waiting[count].record.count <= Self.batchBytes {
            bytes += waiting[count].record.count
            count += 1
        }
        defer { waiting.removeFirst(count) }
        waitingBytes -= bytes
        return Array(waiting[..<count])
    }

    /// The writer is through with these; whether they are on disk now or their appenders were told why not.
    mutating func settle(_ load: Load, isRecorded: Bool) {
        appended -= load
        if isRecorded { recorded += load }
    }

    mutating func enter(_ fault: DurableQueueError?) { self.fault = fault }

    mutating func add(_ removal: Removal) throws(DurableQueueError) {
        if isClosing { throw .closed }
        removals.append(removal)
    }

    mutating func removed(_ load: Load) { recorded -= load }

    mutating func finishRemoval() -> Removal? { removals.isEmpty ? nil : removals.removeFirst() }

    mutating func noteCheckpointEnded() { checkpointEnded = true }

    mutating func startClosing() { isClosing = true }

    /// Whether records or removals wait.
    var hasUnfinished: Bool { !waiting.isEmpty || !removals.isEmpty }
}
