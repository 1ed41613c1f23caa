internal import PostgresClient
internal import TallyCore

/// A batch with every id it refers to, encoded for the wire while another one is being stored.
struct EncodedBatch {
    /// The events.
    let events: [PricedEvent]
    /// How far into its source the batch reaches.
    let checkpoint: SourceCheckpoint
    /// The id of that source.
    let sourceID: Int32
    /// The columns the rows have.
    let columns: EventColumns
    /// The identities with the time of each, in the order of the identities, in which every writer claims them.
    let identities: CopyBuffer
    /// All rows, what they add to the rollups, and how many of them are unpriced.
    private(set) var rows = CopyBuffer()
    private(set) var deltas = RollupDeltas()
    private(set) var unpriced = 0
    private let ids: [EventIDs]

    /// Encodes a batch; dimension rows and partitions that are missing are made.
    init(_ batch: EventBatch, dimensions: DimensionCache, _ connection: PostgresConnection) async throws {
        events = batch.events
        checkpoint = batch.checkpoint
        sourceID = try await dimensions.source(batch.checkpoint.source, connection)
        let contents = Contents(batch.events)
        columns = EventColumns(stated: contents.stated)
        try await dimensions.ensureMonths(of: contents.months, connection)
        let attributions = try await dimensions.attributions(contents.attributions.values, connection)
        let offerings = try await dimensions.offerings(contents.offerings.values, connection)
        var bases: [Int32] = []
        for key in contents.bases.values {
            bases.append(try await dimensions.basis(BasisText.json(of: key, in: batch.book), connection))
        }
        ids = contents.places.map { [sourceID] place in
            EventIDs(
                attribution: attributions[place.attribution], offering: offerings[place.offering],
                basis: bases[place.basis], source: sourceID)
        }
        var identities = CopyBuffer(reservingBytes: events.count * Self.identityRowBytes)
        let claims = batch.events.indices.map { index in
            (identity: batch.events[index].event.identity, time: batch.events[index].event.time)
        }
        for (identity, time) in claims.sorted(by: { $0.identity < $1.identity }) {
            try identities.beginRow(columns: 2)
            identities.append(uuidHigh: identity.high, low: identity.low)
            try identities.append(timestampMicroseconds: time.microseconds)
        }
        self.identities = identities
        (rows, deltas, unpriced) = try encoded(where: nil)
    }

    /// Encodes the rows of some events.
    ///
    /// - Parameter chosen: The identities of the events; `nil` for all.
    /// - Returns: The rows, what they add to the rollups, and how many of them are unpriced.
    /// - Throws: ``StoreError/amountTooLarge`` when a sum leaves 128 bits; `PostgresError` of kind `.encoding` when a
    ///   row cannot be sent.
    func encoded(
        where chosen: Set<EventIdentity>?
    ) throws -> (rows: CopyBuffer, deltas: RollupDeltas, unpriced: Int) {
        var rows = CopyBuffer(reservingBytes: events.count * Self.usualRowBytes)
        var deltas = RollupDeltas()
        var unpriced = 0
        // By index: an element taken out of the array would be copied, with a count for each of its strings.
        for index in events.indices {
            if let chosen, !chosen.contains(events[index].event.identity) { continue }
            let ids = ids[index]
            try columns.append(events[index], ids: ids, to: &rows)
            let measures = events[index].measures
            try deltas.add(
                measures,
                to: RollupDeltas.Key(
                    projectID: ids.attribution.project, quarter: events[index].event.time.quarter.microseconds,
                    offeringID: ids.offering, keyID: ids.attribution.key, outcome: events[index].event.outcome))
            if measures.isUnpriced { unpriced += 1 }
        }
        return (rows, deltas, unpriced)
    }

    private static let usualRowBytes = 256
    private static let identityRowBytes = 34
}

/// What the events of a batch refer to, each once, and which of them each event refers to.
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

    var attributions = Distinct<Attribution>()
    var offerings = Distinct<Offering>()
    var bases = Distinct<BasisKey>()
    var places: [(attribution: Int, offering: Int, basis: Int)] = []
    var months: Set<CivilDate> = []
    var stated: UInt32 = 0

    init(_ events: [PricedEvent]) {
        places.reserveCapacity(events.count)
        var lastDay = Int64.min
        for index in events.indices {
            places.append(
                (
                    attributions.place(of: events[index].event.attribution),
                    offerings.place(of: events[index].event.offering), bases.place(of: BasisKey(events[index].charge))
                ))
            stated |= events[index].event.usage?.statedMask ?? 0
            let day = events[index].event.time.microseconds / Instant.microsecondsPerDay
            if day == lastDay { continue }
            months.insert(events[index].event.time.utcDate.startOfMonth)
            lastDay = day
        }
    }
}

extension RollupDeltas.Measures {
    /// Whether no cost of any kind is known.
    var isUnpriced: Bool { billedCost == nil && reportedCost == nil && computedCost == nil }
}
