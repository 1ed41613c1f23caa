internal import PostgresClient
internal import Synchronization
internal import TallyCore

/// The ids of repeated strings and combinations, made in the database when they are new and remembered here.
///
/// Rows are made outside the transaction of the batch that needs them: one that is left without an event does no harm,
/// whereas an id remembered from a transaction that was rolled back would. All that a batch lacks is made with a few
/// statements, however much it is.
final class DimensionCache: Sendable {
    /// The ids an attribution stands for.
    struct AttributionIDs: Sendable, Hashable {
        let attribution: Int32
        let project: Int32
        let key: Int32
    }

    /// The most entries remembered of each kind; past it the memory starts anew.
    static let maximumEntries = 200_000

    fileprivate struct State {
        var projects: [String?: Int32] = [:]
        var keys: [String?: Int32] = [nil: 0]
        var attributions: [Attribution: AttributionIDs] = [:]
        /// Whether the last attributions that were looked up had no row yet: a guess about the next ones.
        var expectsNewAttributions = true
        var attributionsByID: [Int32: Attribution] = [:]
        var offerings: [Offering: Int32] = [:]
        var bases: [String: Int32] = [:]
        var sources: [EventOrigin: Int32] = [:]
        var months: Set<Int> = []
    }

    private let state = Mutex(State())

    // MARK: Attributions

    /// The ids of the attributions of some events; rows that are missing are made.
    ///
    /// - Parameters:
    ///   - count: How many events there are.
    ///   - attribution: The attribution of each.
    ///   - connection: The connection to look them up with.
    ///   - remembering: Whether ids that are made are remembered: not within a transaction, whose end is open.
    /// - Returns: The ids, in the order of the events.
    /// - Throws: `PostgresError` when a statement fails; ``StoreError/unreadable(_:)`` when a row that was just made is
    ///   gone.
    func attributions(
        count: Int, of attribution: (Int) -> Attribution, _ connection: PostgresConnection, remembering: Bool = true
    ) async throws -> [AttributionIDs] {
        var (ids, missing) = known(count: count, of: attribution, in: \.attributions)
        if missing.isEmpty { return ids.compactMap { $0 } }
        let made = try await make(Array(Set(missing.map(attribution))), connection, remembering: remembering)
        for place in missing { ids[place] = made[attribution(place)] }
        return try ids.map { ids in
            guard let ids else { throw StoreError.unreadable("an attribution that was just made and is gone") }
            return ids
        }
    }

    /// What is remembered of the values some events have.
    ///
    /// - Returns: The remembered ids, in the order of the events, and the places of those that are not remembered.
    private func known<Value: Hashable & Sendable, ID: Sendable>(
        count: Int, of value: (Int) -> Value, in memory: any KeyPath<State, [Value: ID]> & Sendable
    ) -> (ids: [ID?], missing: [Int]) {
        // A copy of the dictionary is a reference to it, and nobody who makes new rows has to wait meanwhile.
        let remembered = state.withLock { $0[keyPath: memory] }
        var ids: [ID?] = []
        var missing: [Int] = []
        ids.reserveCapacity(count)
        for place in 0..<count {
            let id = remembered[value(place)]
            if id == nil { missing.append(place) }
            ids.append(id)
        }
        return (ids, missing)
    }

    private func make(
        _ missing: [Attribution], _ connection: PostgresConnection, remembering: Bool
    ) async throws -> [Attribution: AttributionIDs] {
        let projects = try await names(
            \.projects, Set(missing.map(\.project)), .projects, connection, remembering: remembering)
        let keys = try await names(
            \.keys, Set(missing.map(\.key)), .keys, connection, remembering: remembering)
        let rows = try missing.map { attribution in
            guard let project = projects[attribution.project], let key = keys[attribution.key] else {
                throw StoreError.unreadable("a name that was just made and is gone")
            }
            return NewAttributions.Row(
                digest: Self.digest(attribution), attribution: attribution, project: project, key: key)
        }
        let ids = try await identifiers(of: rows, connection, isInTransaction: !remembering)
        var made: [Attribution: AttributionIDs] = [:]
        for row in rows {
            made[row.attribution] = ids[row.digest].map {
                AttributionIDs(attribution: $0, project: row.project, key: row.key)
            }
        }
        if remembering {
            state.withLock { [made] state in
                for (attribution, ids) in made { state.remember(attribution, ids) }
            }
        }
        return made
    }

    /// The ids of attributions: in the hope that all of them are new, which a COPY finds out, or one after the other.
    private func identifiers(
        of rows: [NewAttributions.Row], _ connection: PostgresConnection, isInTransaction: Bool
    ) async throws -> [PostgresUUID: Int32] {
        if !isInTransaction, state.withLock({ $0.expectsNewAttributions }) {
            if let made = try await NewAttributions(rows).copied(connection) { return made }
            state.withLock { $0.expectsNewAttributions = false }
        }
        return try await identifiers(
            of: rows.map(\.digest), connection,
            select: { "SELECT digest, attribution_id FROM attributions WHERE digest = ANY (\($0))" },
            make: { [self] chosen in
                if chosen.count == rows.count { state.withLock { $0.expectsNewAttributions = true } }
                return try await NewAttributions(chosen.map { rows[$0] }).inserted(connection)
            })
    }

    /// The attribution of an id, which exists.
    func attribution(_ id: Int32, _ connection: PostgresConnection) async throws -> Attribution {
        if let known = state.withLock({ $0.attributionsByID[id] }) { return known }
        let result = try await connection.query(
            """
            SELECT a.project_id, a.key_id, p.name, k.name, a.user_name, a.tags
            FROM attributions a JOIN projects p USING (project_id) JOIN key_names k USING (key_id)
            WHERE a.attribution_id = \(id)
            """)
        guard let row = result.first else { throw StoreError.unreadable("an event of the unknown attribution \(id)") }
        let attribution = Attribution(
            project: try row.decode(String?.self, at: 2), user: try row.decode(String?.self, at: 4),
            key: try row.decode(String?.self, at: 3),
            tags: try row.decode(PostgresJSON?.self, at: 5).map { try TagText.tags(fromJSON: $0.text) })
        let ids = AttributionIDs(
            attribution: id, project: try row.decode(Int32.self, at: 0), key: try row.decode(Int32.self, at: 1))
        state.withLock { $0.remember(attribution, ids) }
        return attribution
    }

    private static func digest(_ attribution: Attribution) -> PostgresUUID {
        var record = IdentityRecord()
        record.reset("attribution")
        record.append(attribution.project)
        record.append(attribution.user)
        record.append(attribution.key)
        record.append(attribution.tags.map(TagText.json))
        return EventIdentity(hashing: record).uuid
    }

    // MARK: Offerings and bases

    /// The ids of the offerings of some events, in their order; rows that are missing are made.
    func offerings(
        count: Int, of offering: (Int) -> Offering, _ connection: PostgresConnection, remembering: Bool = true
    ) async throws -> [Int32] {
        var (ids, missing) = known(count: count, of: offering, in: \.offerings)
        if missing.isEmpty { return ids.compactMap { $0 } }
        let made = try await make(
            Set(missing.map(offering)).map { (digest: Self.digest($0), offering: $0) }, connection,
            remembering: remembering)
        for place in missing { ids[place] = made[offering(place)] }
        return try ids.map { id in
            guard let id else { throw StoreError.unreadable("an offering that was just made and is gone") }
            return id
        }
    }

    private func make(
        _ missing: [(digest: PostgresUUID, offering: Offering)], _ connection: PostgresConnection, remembering: Bool
    ) async throws -> [Offering: Int32] {
        let ids = try await identifiers(
            of: missing.map(\.digest), connection,
            select: { "SELECT digest, offering_id FROM offerings WHERE digest = ANY (\($0))" },
            make: { chosen in
                let rows = chosen.map { missing[$0] }
                let statement: SQL = """
                    INSERT INTO offerings (digest, biller, provider, model, route, account, service_tier)
                    SELECT * FROM unnest(\(rows.map(\.digest)), \(rows.map(\.offering.biller)),
                        \(rows.map(\.offering.provider)), \(rows.map(\.offering.model)),
                        \(rows.map(\.offering.route?.rawValue)), \(rows.map(\.offering.account)),
                        \(rows.map(\.offering.serviceTier)))
                    ORDER BY 1
                    ON CONFLICT (digest) DO NOTHING RETURNING digest, offering_id
                    """
                return try await Self.pairs(statement, PostgresUUID.self, connection)
            })
        var made: [Offering: Int32] = [:]
        for row in missing { made[row.offering] = ids[row.digest] }
        if !remembering { return made }
        state.withLock { [made] state in
            if state.offerings.count + made.count > Self.maximumEntries { state.offerings.removeAll() }
            state.offerings.merge(made) { $1 }
        }
        return made
    }

    private static func digest(_ offering: Offering) -> PostgresUUID {
        var record = IdentityRecord()
        record.reset("offering")
        record.append(offering.biller)
        record.append(offering.provider)
        record.append(offering.model)
        record.append(offering.route?.rawValue)
        record.append(offering.account)
        record.append(offering.serviceTier)
        return EventIdentity(hashing: record).uuid
    }

    /// The id of a charge basis by its JSON text.
    func basis(_ json: String, _ connection: PostgresConnection, remembering: Bool = true) async throws -> Int32 {
        if let known = state.withLock({ $0.bases[json] }) { return known }
        var record = IdentityRecord()
        record.reset("basis")
        record.append(json)
        let digest = EventIdentity(hashing: record).uuid
        let ids = try await identifiers(
            of: [digest], connection,
            select: { "SELECT digest, basis_id FROM charge_bases WHERE digest = ANY (\($0))" },
            make: { _ in
                let statement: SQL = """
                    INSERT INTO charge_bases (digest, basis) VALUES (\(digest), \(PostgresJSON(text: json)))
                    ON CONFLICT (digest) DO NOTHING RETURNING digest, basis_id
                    """
                return try await Self.pairs(statement, PostgresUUID.self, connection)
            })
        guard let id = ids[digest] else { throw StoreError.unreadable("a charge basis that was just made and is gone") }
        if !remembering { return id }
        state.withLock { state in
            if state.bases.count >= Self.maximumEntries { state.bases.removeAll() }
            state.bases[json] = id
        }
        return id
    }

    /// The ids of rows by their digests: looked up, and made where they are missing.
    ///
    /// Looking first keeps the sequences from running on.
    ///
    /// Rows are inserted in the order of their digests, so that writers wait for each other instead of deadlocking.
    private func identifiers(
        of digests: [PostgresUUID], _ connection: PostgresConnection, select: ([PostgresUUID]) -> SQL,
        make: ([Int]) async throws -> [PostgresUUID: Int32]
    ) async throws -> [PostgresUUID: Int32] {
        var found = try await Self.pairs(select(digests), PostgresUUID.self, connection)
        let missing = digests.indices.filter { found[digests[$0]] == nil }
        if missing.isEmpty { return found }
        found.merge(try await make(missing)) { $1 }
        // Rows that another writer made meanwhile come back from no insert.
        let others = digests.filter { found[$0] == nil }
        if others.isEmpty { return found }
        return found.merging(try await Self.pairs(select(others), PostgresUUID.self, connection)) { $1 }
    }

    // MARK: Names

    /// A table of names.
    private enum NameTable {
        case projects, keys

        func select(_ names: [String]) -> SQL {
            switch self {
            case .projects: "SELECT name, project_id FROM projects WHERE name = ANY (\(names)) OR name IS NULL"
            case .keys: "SELECT name, key_id FROM key_names WHERE name = ANY (\(names)) OR name IS NULL"
            }
        }

        func insert(_ names: [String]) -> SQL {
            switch self {
            case .projects: "INSERT INTO projects (name) SELECT * FROM unnest(\(names)) ON CONFLICT DO NOTHING"
            case .keys: "INSERT INTO key_names (name) SELECT * FROM unnest(\(names)) ON CONFLICT DO NOTHING"
            }
        }
    }

    /// The ids of names, made where they are missing.
    private func names(
        _ memory: any WritableKeyPath<State, [String?: Int32]> & Sendable, _ wanted: Set<String?>, _ table: NameTable,
        _ connection: PostgresConnection, remembering: Bool = true
    ) async throws -> [String?: Int32] {
        let known = state.withLock { $0[keyPath: memory] }
        if wanted.allSatisfy({ known[$0] != nil }) { return known }
        let named = wanted.compactMap(\.self).sorted()
        var found = try await Self.pairs(table.select(named), String?.self, connection)
        let missing = named.filter { found[$0] == nil }
        if !missing.isEmpty {
            _ = try await connection.execute(table.insert(missing))
            found.merge(try await Self.pairs(table.select(missing), String?.self, connection)) { $1 }
        }
        if remembering {
            remember(found, in: memory)
        }
        return known.merging(found) { $1 }
    }

    private func remember(
        _ found: [String?: Int32], in memory: any WritableKeyPath<State, [String?: Int32]> & Sendable
    ) {
        state.withLock { state in
            if state[keyPath: memory].count + found.count > Self.maximumEntries { state[keyPath: memory].removeAll() }
            state[keyPath: memory].merge(found) { $1 }
        }
    }

    /// The id of a source; its rank is noted anew where it was another one.
    func source(_ origin: EventOrigin, _ connection: PostgresConnection) async throws -> Int32 {
        if let known = state.withLock({ $0.sources[origin] }) { return known }
        let rank = Int16(origin.rank.rawValue)
        let select: SQL = """
            SELECT form, source_id FROM sources
            WHERE name = \(origin.name) AND form = \(origin.form) AND rank = \(rank)
            """
        var found = try await Self.pairs(select, String.self, connection)
        if found.isEmpty {
            let statement: SQL = """
                INSERT INTO sources (name, form, rank) VALUES (\(origin.name), \(origin.form), \(rank))
                ON CONFLICT (name, form) DO UPDATE SET rank = excluded.rank
                RETURNING form, source_id
                """
            found = try await Self.pairs(statement, String.self, connection)
        }
        guard let id = found[origin.form] else {
            throw StoreError.unreadable("a source that was just made and is gone")
        }
        state.withLock { state in
            if state.sources.count >= Self.maximumEntries { state.sources.removeAll() }
            state.sources[origin] = id
        }
        return id
    }

    private static func pairs<Key: PostgresDecodable & Hashable>(
        _ select: SQL, _ type: Key.Type, _ connection: PostgresConnection
    ) async throws -> [Key: Int32] {
        var pairs: [Key: Int32] = [:]
        for row in try await connection.query(select) {
            pairs[try row.decode(Key.self, at: 0)] = try row.decode(Int32.self, at: 1)
        }
        return pairs
    }

    private static func pairs(
        _ select: SQL, _ type: String?.Type, _ connection: PostgresConnection
    ) async throws -> [String?: Int32] {
        var pairs: [String?: Int32] = [:]
        for row in try await connection.query(select) {
            pairs[try row.decode(String?.self, at: 0)] = try row.decode(Int32.self, at: 1)
        }
        return pairs
    }

    // MARK: Months

    /// Makes the partitions of the months that the dates lie in, when they are missing.
    func ensureMonths(of dates: Set<CivilDate>, _ connection: PostgresConnection) async throws {
        for date in dates.map(\.startOfMonth).sorted() {
            let day = date.daysSinceEpoch
            if state.withLock({ $0.months.contains(day) }) { continue }
            let moment = PostgresTimestamp(microseconds: Int64(day) * Instant.microsecondsPerDay)
            _ = try await connection.query("SELECT ensure_month(\(moment))")
            state.withLock { _ = $0.months.insert(day) }
        }
    }
}

extension DimensionCache.State {
    fileprivate mutating func remember(_ attribution: Attribution, _ ids: DimensionCache.AttributionIDs) {
        if attributions.count >= DimensionCache.maximumEntries {
            attributions.removeAll()
            attributionsByID.removeAll()
        }
        attributions[attribution] = ids
        attributionsByID[ids.attribution] = attribution
    }
}
