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
    /// The identities in order, and the time of each.
    let sortedIdentities: [PostgresUUID]
    let sortedTimes: [PostgresTimestamp]
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
        let attributions = try await dimensions.attributions(contents.attributions, connection)
        let offerings = try await dimensions.offerings(contents.offerings, connection)
        var bases: [BasisKey: Int32] = [:]
        for key in contents.bases {
            bases[key] = try await dimensions.basis(BasisText.json(of: key, in: batch.book), connection)
        }
        ids = try batch.events.map { [sourceID] priced in
            guard let attribution = attributions[priced.event.attribution],
                let offering = offerings[priced.event.offering], let basis = bases[BasisKey(priced.charge)]
            else { throw StoreError.unreadable("a dimension row that was just made and is gone") }
            return EventIDs(attribution: attribution, offering: offering, basis: basis, source: sourceID)
        }
        let sorted = batch.events.map { ($0.event.identity, $0.event.time) }.sorted { $0.0 < $1.0 }
        sortedIdentities = sorted.map(\.0.uuid)
        sortedTimes = sorted.map { PostgresTimestamp($0.1) }
        (rows, deltas, unpriced) = try encoded { _ in true }
    }

    /// The rows of the events that are chosen, what they add to the rollups, and how many of them are unpriced.
    func encoded(
        where isChosen: (PricedEvent) -> Bool
    ) throws -> (rows: CopyBuffer, deltas: RollupDeltas, unpriced: Int) {
        var rows = CopyBuffer(reservingBytes: events.count * Self.usualRowBytes)
        var deltas = RollupDeltas()
        var unpriced = 0
        for (priced, ids) in zip(events, ids) where isChosen(priced) {
            try columns.append(priced, ids: ids, to: &rows)
            let measures = priced.measures
            deltas.add(
                measures,
                to: RollupDeltas.Key(
                    projectID: ids.attribution.project, quarter: priced.event.time.quarter.microseconds,
                    offeringID: ids.offering, keyID: ids.attribution.key, outcome: priced.event.outcome))
            if measures.isUnpriced { unpriced += 1 }
        }
        return (rows, deltas, unpriced)
    }

    private static let usualRowBytes = 256
}

/// What the events of a batch refer to, each once.
private struct Contents {
    var attributions: Set<Attribution> = []
    var offerings: Set<Offering> = []
    var bases: Set<BasisKey> = []
    var months: Set<CivilDate> = []
    var stated: UInt32 = 0

    init(_ events: [PricedEvent]) {
        var lastDay = Int64.min
        for priced in events {
            attributions.insert(priced.event.attribution)
            offerings.insert(priced.event.offering)
            bases.insert(BasisKey(priced.charge))
            stated |= priced.event.usage?.statedMask ?? 0
            let day = priced.event.time.microseconds / Instant.microsecondsPerDay
            if day == lastDay { continue }
            months.insert(priced.event.time.utcDate.startOfMonth)
            lastDay = day
        }
    }
}

extension RollupDeltas.Measures {
    /// Whether no cost of any kind is known.
    var isUnpriced: Bool { billedCost == nil && reportedCost == nil && computedCost == nil }
}
