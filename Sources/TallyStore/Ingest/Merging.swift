internal import PostgresClient
internal import TallyCore

/// What becomes of new events of which other sources may have told: which are merged into what, and which are not.
struct Merging {
    /// The stored events that become others.
    private(set) var changes = CallChanges()
    /// How many new events are merged into one that is there.
    private(set) var mergedCount = 0
    private var merged: Set<EventIdentity> = []
    private let batch: EncodedBatch

    /// Decides what is merged.
    ///
    /// - Parameters:
    ///   - claims: The match keys of the new events, locked.
    ///   - batch: The batch they are in.
    ///   - places: Where the events are that are stored under the keys, locked.
    ///   - connection: The connection, with its transaction open.
    /// - Throws: `PostgresError` when a statement fails; ``StoreError`` when the database holds what cannot be read.
    init(
        _ claims: MatchClaims, batch: EncodedBatch, places: EventPlaces, _ connection: PostgresConnection
    ) async throws {
        self.batch = batch
        if claims.told.isEmpty { return }
        let calls = try await StoredCall.read(claims.toldIdentities.compactMap { places[$0] }, connection)
        let callsByID = Dictionary(calls.map { ($0.row.event.identity, $0) }) { first, _ in first }
        let rules = MergeRules(book: batch.book)
        for shared in claims.told where !shared.new.isEmpty {
            let told = shared.told.compactMap { identity in
                places[identity].map { (identity, call: $0.identity) }
            }
            decide(
                told.compactMap { identity, call in
                    callsByID[call]?.contributions.first { $0.event.identity == identity }
                },
                shared.new.map(newRow), Set(told.map(\.call)).compactMap { callsByID[$0] }, rules)
        }
    }

    /// The identities of the new events that are events of their own; `nil` for all of the batch.
    func apart(of new: Set<EventIdentity>?) -> Set<EventIdentity>? {
        if merged.isEmpty { return new }
        return (new ?? Set(batch.events.map(\.event.identity))).subtracting(merged)
    }

    /// Decides about the contributions of one match key.
    ///
    /// - Parameters:
    ///   - stored: Those that are stored, in the order they came.
    ///   - new: Those that are new.
    ///   - calls: The events of those that are stored.
    ///   - rules: What is merged with what.
    private mutating func decide(
        _ stored: [StoredRow], _ new: [StoredRow], _ calls: [StoredCall], _ rules: MergeRules
    ) {
        let rows = stored + new
        var unchanged: Set<EventIdentity> = []
        for places in rules.calls(of: rows.map(\.contribution)) {
            if places.count == 1, places[0] >= stored.count { continue }
            let identities = Set(places.map { rows[$0].event.identity })
            if let call = calls.first(where: { $0.identities == identities }) {
                unchanged.insert(call.row.event.identity)
                continue
            }
            // Who came first gives the event its identity.
            guard let first = places.min() else { continue }
            changes.made.append((rows[first].event.identity, places.map { rows[$0] }))
            for place in places where place >= stored.count {
                merged.insert(rows[place].event.identity)
                mergedCount += 1
            }
        }
        changes.removed += calls.filter { !unchanged.contains($0.row.event.identity) }
    }

    private func newRow(_ place: Int) -> StoredRow {
        let priced = batch.events[place]
        return StoredRow(
            contribution: Contribution(event: priced.event, origin: batch.origin), ids: batch.ids[place],
            cost: RowCost(computed: priced.charge.cost, isPartlyPriced: priced.isPartlyPriced))
    }
}
