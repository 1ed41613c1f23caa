internal import PostgresClient
internal import Synchronization
internal import TallyCore

/// The ids of repeated strings and combinations, made in the database when they are new and remembered here.
///
/// Rows are made outside the transaction of the batch that needs them: one that is left without an event does no harm,
/// whereas an id remembered from a transaction that was rolled back would.
final class DimensionCache: Sendable {
    /// The ids an attribution stands for.
    struct AttributionIDs: Sendable, Hashable {
        let attribution: Int32
        let project: Int32
        let key: Int32
    }

    /// The most entries remembered of each kind; past it the memory starts anew.
    static let maximumEntries = 200_000

    private struct State {
        var attributions: [Attribution: AttributionIDs] = [:]
        var attributionsByID: [Int32: Attribution] = [:]
        var offerings: [Offering: Int32] = [:]
        var bases: [String: Int32] = [:]
        var sources: [String: Int32] = [:]
        var months: Set<Int> = []
    }

    private let state = Mutex(State())

    /// The ids of all the attributions named.
    func attributions(
        _ wanted: Set<Attribution>, _ connection: PostgresConnection
    ) async throws -> [Attribution: AttributionIDs] {
        let known = state.withLock { $0.attributions }
        let missing = wanted.filter { known[$0] == nil }
        if missing.isEmpty { return known }
        for attribution in missing {
            let ids = try await Self.makeAttribution(attribution, connection)
            remember(attribution, ids)
        }
        return state.withLock { $0.attributions }
    }

    /// The attribution of an id, which exists.
    func attribution(_ id: Int32, _ connection: PostgresConnection) async throws -> Attribution {
        if let known = state.withLock({ $0.attributionsByID[id] }) { return known }
        let result = try await connection.query(
            """
            SELECT a.attribution_id, a.project_id, a.key_id, p.name, k.name, a.user_name, a.tags
            FROM attributions a JOIN projects p USING (project_id) JOIN key_names k USING (key_id)
            WHERE a.attribution_id = \(id)
            """)
        guard let row = result.first else { throw StoreError.unreadable("no attribution \(id)") }
        let attribution = Attribution(
            project: try row.decode(String?.self, at: 3), user: try row.decode(String?.self, at: 5),
            key: try row.decode(String?.self, at: 4),
            tags: try row.decode(PostgresJSON?.self, at: 6).map { try TagText.tags(fromJSON: $0.text) })
        let ids = AttributionIDs(
            attribution: id, project: try row.decode(Int32.self, at: 1), key: try row.decode(Int32.self, at: 2))
        remember(attribution, ids)
        return attribution
    }

    private func remember(_ attribution: Attribution, _ ids: AttributionIDs) {
        state.withLock { state in
            if state.attributions.count >= Self.maximumEntries {
                state.attributions.removeAll()
                state.attributionsByID.removeAll()
            }
            state.attributions[attribution] = ids
            state.attributionsByID[ids.attribution] = attribution
        }
    }

    private static func makeAttribution(
        _ attribution: Attribution, _ connection: PostgresConnection
    ) async throws -> AttributionIDs {
        let project = try await makeName(
            "INSERT INTO projects (name) VALUES (\(attribution.project)) ON CONFLICT DO NOTHING",
            "SELECT project_id FROM projects WHERE name IS NOT DISTINCT FROM \(attribution.project)", connection)
        var key: Int32 = 0
        if let name = attribution.key {
            key = try await makeName(
                "INSERT INTO key_names (name) VALUES (\(name)) ON CONFLICT DO NOTHING",
                "SELECT key_id FROM key_names WHERE name = \(name)", connection)
        }
        let tags = attribution.tags.map { PostgresJSON(text: TagText.json($0)) }
        let id = try await makeName(
            """
            INSERT INTO attributions (project_id, key_id, user_name, tags)
            VALUES (\(project), \(key), \(attribution.user), \(tags)) ON CONFLICT DO NOTHING
            """,
            """
            SELECT attribution_id FROM attributions
            WHERE project_id = \(project) AND key_id = \(key)
                AND user_name IS NOT DISTINCT FROM \(attribution.user) AND tags IS NOT DISTINCT FROM \(tags)
            """, connection)
        return AttributionIDs(attribution: id, project: project, key: key)
    }

    /// The ids of all the offerings named.
    func offerings(_ wanted: Set<Offering>, _ connection: PostgresConnection) async throws -> [Offering: Int32] {
        let known = state.withLock { $0.offerings }
        let missing = wanted.filter { known[$0] == nil }
        if missing.isEmpty { return known }
        for offering in missing {
            let route = offering.route?.rawValue
            let id = try await Self.makeName(
                """
                INSERT INTO offerings (biller, provider, model, route, account, service_tier)
                VALUES (\(offering.biller), \(offering.provider), \(offering.model), \(route), \(offering.account),
                    \(offering.serviceTier)) ON CONFLICT DO NOTHING
                """,
                """
                SELECT offering_id FROM offerings
                WHERE biller IS NOT DISTINCT FROM \(offering.biller)
                    AND provider IS NOT DISTINCT FROM \(offering.provider)
                    AND model IS NOT DISTINCT FROM \(offering.model) AND route IS NOT DISTINCT FROM \(route)
                    AND account IS NOT DISTINCT FROM \(offering.account)
                    AND service_tier IS NOT DISTINCT FROM \(offering.serviceTier)
                """, connection)
            state.withLock { state in
                if state.offerings.count >= Self.maximumEntries { state.offerings.removeAll() }
                state.offerings[offering] = id
            }
        }
        return state.withLock { $0.offerings }
    }

    /// The id of a charge basis by its JSON text.
    func basis(_ json: String, _ connection: PostgresConnection) async throws -> Int32 {
        if let known = state.withLock({ $0.bases[json] }) { return known }
        var record = IdentityRecord()
        record.reset("basis")
        record.append(json)
        let digest = EventIdentity(hashing: record).uuid
        let id = try await Self.makeName(
            """
            INSERT INTO charge_bases (digest, basis) VALUES (\(digest), \(PostgresJSON(text: json)))
            ON CONFLICT DO NOTHING
            """,
            "SELECT basis_id FROM charge_bases WHERE digest = \(digest)", connection)
        state.withLock { state in
            if state.bases.count >= Self.maximumEntries { state.bases.removeAll() }
            state.bases[json] = id
        }
        return id
    }

    /// The id of a source by its name.
    func source(_ name: String, _ connection: PostgresConnection) async throws -> Int32 {
        if let known = state.withLock({ $0.sources[name] }) { return known }
        let id = try await Self.makeName(
            "INSERT INTO sources (name) VALUES (\(name)) ON CONFLICT DO NOTHING",
            "SELECT source_id FROM sources WHERE name = \(name)", connection)
        state.withLock { state in
            if state.sources.count >= Self.maximumEntries { state.sources.removeAll() }
            state.sources[name] = id
        }
        return id
    }

    /// Makes the partitions of the months that the times lie in, when they are missing.
    func ensureMonths(of dates: Set<CivilDate>, _ connection: PostgresConnection) async throws {
        for date in dates.map(\.startOfMonth) {
            let day = date.daysSinceEpoch
            if state.withLock({ $0.months.contains(day) }) { continue }
            let moment = PostgresTimestamp(microseconds: Int64(day) * Instant.microsecondsPerDay)
            _ = try await connection.query("SELECT ensure_month(\(moment))")
            state.withLock { _ = $0.months.insert(day) }
        }
    }

    /// Forgets which partitions exist, after one turned out to be gone.
    func forgetMonths() {
        state.withLock { $0.months.removeAll() }
    }

    /// Looks a row up, and makes it when it is missing; looking first keeps sequences from running on.
    private static func makeName(
        _ insert: SQL, _ select: SQL, _ connection: PostgresConnection
    ) async throws -> Int32 {
        if let row = try await connection.query(select).first { return try row.decode(Int32.self, at: 0) }
        _ = try await connection.execute(insert)
        guard let row = try await connection.query(select).first else {
            throw StoreError.unreadable("a dimension row that was just made and is gone")
        }
        return try row.decode(Int32.self, at: 0)
    }
}
