internal import PostgresClient
internal import TallyCore

extension TallyDatabase {
    /// Corrects what sources of merged events say, and makes the events anew from all.
    ///
    /// - Returns: How many events are charged to somebody else now.
    func remake(
        _ differing: [Differing], book: PriceBook, adding deltas: inout RollupDeltas, _ connection: PostgresConnection
    ) async throws -> Int {
        if differing.isEmpty { return 0 }
        let said = Dictionary(differing.map { ($0.correction.identity, $0.correction.attribution) }) { first, _ in first
        }
        let stored = try await StoredCall.read(differing.map(\.place), connection)
        let attributions = Set(
            stored.flatMap(\.contributions).compactMap { row in
                said[row.event.identity].map(row.event.attribution.corrected)
            })
        let distinct = Array(attributions)
        let made = try await dimensions.attributions(
            count: distinct.count, of: { distinct[$0] }, connection, remembering: false)
        let ids = Dictionary(uniqueKeysWithValues: zip(distinct, made))
        var changes = CallChanges()
        for call in stored {
            let contributions = call.contributions.map { row in
                guard let attribution = said[row.event.identity].map(row.event.attribution.corrected),
                    let ids = ids[attribution]
                else { return row }
                var corrected = row
                corrected.contribution.event.attribution = attribution
                corrected.ids.attribution = ids
                return corrected
            }
            if contributions.map(\.event.attribution) == call.contributions.map(\.event.attribution) { continue }
            changes.removed.append(call)
            changes.made.append((call.row.event.identity, contributions))
        }
        let rewrite = try await CallRewrite(changes, book: book, dimensions, connection)
        try await rewrite.store(adding: &deltas, connection)
        return rewrite.reattributedCount
    }
}
