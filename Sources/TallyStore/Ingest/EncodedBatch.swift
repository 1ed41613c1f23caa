internal import PostgresClient
internal import TallyCore

/// A batch with every id it refers to, encoded for the wire while another one is being stored.
package struct EncodedBatch: Sendable {
    /// The events.
    let events: [PricedEvent]
    /// How far into its source the batch reaches.
    let checkpoint: SourceCheckpoint?
    /// Its source.
    let origin: EventOrigin
    /// The id of its source.
    let sourceID: Int32
    /// The id of that source as a whole, which its checkpoint is kept under; `nil` without one.
    let ledgerID: Int32?
    /// The book its charges were made by.
    let book: PriceBook
    /// The columns the rows have.
    private let columns: EventColumns
    /// The table all rows go into.
    private let table: String
    /// All rows.
    private(set) var rows = CopyBuffer()
    /// What the row of each event refers to.
    let ids: [EventIDs]

    /// The COPY statement of the rows.
    var copyStatement: String { columns.copyStatement(into: table) }

    /// Encodes a batch; dimension rows and partitions that are missing are made.
    init(_ batch: EventBatch, dimensions: DimensionCache, _ connection: PostgresConnection) async throws {
        events = batch.events
        checkpoint = batch.checkpoint
        origin = batch.origin
        book = batch.book
        sourceID = try await dimensions.source(batch.origin, connection)
        ledgerID = batch.checkpoint == nil ? nil : try await dimensions.source(.whole(batch.origin.name), connection)
        let contents = Contents(batch.events)
        columns = EventColumns(events)
        table = MonthPartition.table("events", of: contents.months)
        try await dimensions.ensureMonths(of: contents.months, connection)
        let attributions = try await dimensions.attributions(
            count: events.count, of: { batch.events[$0].event.attribution }, connection)
        let offerings = try await dimensions.offerings(
            count: events.count, of: { batch.events[$0].event.offering }, connection)
        var bases: [Int32] = []
        for key in contents.bases.values {
            bases.append(try await dimensions.basis(BasisText.json(of: key, in: batch.book), connection))
        }
        ids = events.indices.map { [sourceID] index in
            EventIDs(
                attribution: attributions[index], offering: offerings[index], basis: bases[contents.places[index]],
                source: sourceID)
        }
        rows = try rows(of: nil)
    }

    /// Encodes the rows of some events.
    ///
    /// - Parameter chosen: The identities of the events; `nil` for all.
    /// - Returns: The rows.
    /// - Throws: `PostgresError` of kind `.encoding` when a row cannot be sent.
    func rows(of chosen: Set<EventIdentity>?) throws -> CopyBuffer {
        var rows = CopyBuffer(reservingBytes: (chosen?.count ?? events.count) * Self.usualRowBytes)
        // In place: an element taken out of the array would be copied, with a count for each of its strings.
        let span = events.span
        for index in events.indices {
            if let chosen, !chosen.contains(span[index].event.identity) { continue }
            try columns.append(span, index, cost: RowCost(span, index), ids: ids[index], to: &rows)
        }
        return rows
    }

    /// Adds what some events add to the rollups.
    ///
    /// - Parameters:
    ///   - chosen: The identities of the events; `nil` for all.
    ///   - deltas: The sums so far.
    /// - Throws: ``StoreError/amountTooLarge`` when a sum leaves 128 bits.
    func add(_ chosen: Set<EventIdentity>?, to deltas: inout RollupDeltas) throws(StoreError) {
        let span = events.span
        for index in events.indices {
            if let chosen, !chosen.contains(span[index].event.identity) { continue }
            let key = RollupDeltas.Key(
                projectID: ids[index].attribution.project, quarter: span[index].event.time.quarter.microseconds,
                offeringID: ids[index].offering, keyID: ids[index].attribution.key,
                outcome: span[index].event.outcome)
            try deltas.add(RollupDeltas.Measures(span, index), to: key)
        }
    }

    private static let usualRowBytes = 256
}

/// What batches that are stored together have in common.
extension EncodedBatch {
    /// The COPY statement of the identities.
    static let claimStatement = "COPY event_identities (identity, time) FROM STDIN (FORMAT binary)"

    /// The identities of some batches with the time of each, in the order of the identities, in which every writer
    /// claims them.
    ///
    /// - Throws: `PostgresError` of kind `.encoding` when they cannot be sent.
    static func claims(of batches: [EncodedBatch]) throws -> CopyBuffer {
        var claims: [(identity: EventIdentity, time: Instant)] = []
        claims.reserveCapacity(batches.reduce(0) { $0 + $1.events.count })
        for batch in batches {
            for index in batch.events.indices {
                claims.append((batch.events[index].event.identity, batch.events[index].event.time))
            }
        }
        claims.sort { $0.identity < $1.identity }
        var buffer = CopyBuffer(reservingBytes: claims.count * claimBytes)
        for (identity, time) in claims {
            try buffer.beginRow(columns: 2)
            buffer.append(uuidHigh: identity.high, low: identity.low)
            try buffer.append(timestampMicroseconds: time.microseconds)
        }
        return buffer
    }

    private static let claimBytes = 34

    /// What some batches add to the rollups.
    ///
    /// - Throws: ``StoreError/amountTooLarge`` when a sum leaves 128 bits.
    static func deltas(of batches: [EncodedBatch]) throws -> RollupDeltas {
        var sums = RollupDeltas(reservingRows: batches.reduce(0) { $0 + $1.events.count })
        for batch in batches { try batch.add(nil, to: &sums) }
        return sums
    }
}

/// What a batch is made of: the bases of its charges, each once, and the months it lies in.
private struct Contents {
    /// Values, each once, in the order they were come by.
    struct Distinct<Value: Hashable> {
        private(set) var values: [Value] = []
        private var places: [Value: Int] = [:]

        mutating func place(of value: Value) -> Int {
            // Logs repeat themselves from line to line: comparing with the last is cheaper than hashing.
            if let last = values.last, last == value { return values.count - 1 }
            if let place = places[value] { return place }
            places[value] = values.count
            values.append(value)
            return values.count - 1
        }
    }

    var bases = Distinct<BasisKey>()
    /// Which of the bases each event has.
    var places: [Int] = []
    var months: Set<CivilDate> = []

    init(_ events: [PricedEvent]) {
        places.reserveCapacity(events.count)
        var lastDay = Int64.min
        for index in events.indices {
            places.append(bases.place(of: BasisKey(events[index].charge)))
            let day = events[index].event.time.microseconds / Instant.microsecondsPerDay
            if day == lastDay { continue }
            months.insert(events[index].event.time.utcDate.startOfMonth)
            lastDay = day
        }
    }
}
