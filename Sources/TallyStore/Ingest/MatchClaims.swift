internal import PostgresClient
internal import TallyCore

/// The match keys of new events: who comes first under a key claims it; who comes later decides with what is there.
struct MatchClaims {
    /// New events of a match key under which others are stored.
    struct Shared {
        /// The identities that are stored, in the order they came.
        let told: [EventIdentity]
        /// The places in the batch of those that are new and may be merged.
        let new: [Int]
    }

    /// The keys under which events are stored already.
    let told: [Shared]

    /// The identities of all that is stored under the keys.
    var toldIdentities: [EventIdentity] { told.flatMap(\.told) }

    /// Claims the keys of the new events of a batch.
    ///
    /// All keys are claimed first, in their order, and then those that were claimed before are locked, in their order:
    /// writers wait for each other instead of deadlocking. Whoever merges holds the lock of the key.
    ///
    /// - Parameters:
    ///   - batch: The batch.
    ///   - fresh: The identities that are new; `nil` when all are.
    ///   - connection: The connection, with its transaction open.
    /// - Throws: `PostgresError` when a statement fails.
    init(_ batch: EncodedBatch, _ fresh: Set<EventIdentity>?, _ connection: PostgresConnection) async throws {
        var places: [MatchKey: [Int]] = [:]
        for index in batch.events.indices {
            if let fresh, !fresh.contains(batch.events[index].event.identity) { continue }
            guard let key = MatchKey(requestID: batch.events[index].event.requestID) else { continue }
            places[key, default: []].append(index)
        }
        if places.isEmpty {
            told = []
            return
        }
        let keys = places.keys.sorted()
        func identity(_ place: Int) -> PostgresUUID { batch.events[place].event.identity.uuid }
        let claimed = try await connection.query(
            """
            INSERT INTO event_matches (match, ordinal, identity)
            SELECT match, 0, identity FROM unnest(\(keys.map(\.uuid)), \(keys.map { identity((places[$0] ?? [])[0]) }))
                AS c (match, identity)
            ON CONFLICT (match, ordinal) DO NOTHING RETURNING match
            """
        ).map { MatchKey(try $0.decode(PostgresUUID.self, at: 0)) }
        let won = Set(claimed)
        let contested = keys.filter { !won.contains($0) || (places[$0] ?? []).count > 1 }
        if contested.isEmpty {
            told = []
            return
        }
        let stored = try await Self.stored(contested, connection)
        var shared: [Shared] = []
        var rows: [(key: MatchKey, ordinal: Int, place: Int)] = []
        for key in contested {
            let mine = places[key] ?? []
            // The row this batch has just claimed is that of its first event.
            let before = won.contains(key) ? [] : stored[key] ?? []
            let room = max(MatchKey.maximumContributions - before.count, 0)
            let new = Array(mine.prefix(room))
            for (number, place) in new.enumerated() where !(won.contains(key) && number == 0) {
                rows.append((key, before.count + number, place))
            }
            // What shares a key within a batch is of one source, and each its own event.
            if won.contains(key) { continue }
            // So is what comes under an id that tells no calls apart.
            shared.append(new.isEmpty ? Shared(told: [], new: []) : Shared(told: before, new: new))
        }
        if !rows.isEmpty {
            _ = try await connection.execute(
                """
                INSERT INTO event_matches (match, ordinal, identity)
                SELECT * FROM unnest(\(rows.map(\.key.uuid)), \(rows.map { Int16($0.ordinal) }),
                    \(rows.map { identity($0.place) }))
                """)
        }
        told = shared
    }

    /// Locks keys and reads what is stored under them.
    private static func stored(
        _ keys: [MatchKey], _ connection: PostgresConnection
    ) async throws -> [MatchKey: [EventIdentity]] {
        let uuids = keys.map(\.uuid)
        _ = try await connection.query(
            """
            SELECT 1 FROM event_matches m JOIN unnest(\(uuids)) AS c (match) USING (match)
            WHERE m.ordinal = 0 ORDER BY m.match FOR UPDATE OF m
            """)
        // Asked again, as what the holders of the locks have added is not in what the first statement saw.
        let rows = try await connection.query(
            """
            SELECT m.match, m.identity FROM event_matches m JOIN unnest(\(uuids)) AS c (match) USING (match)
            ORDER BY m.match, m.ordinal
            """)
        var stored: [MatchKey: [EventIdentity]] = [:]
        for row in rows {
            stored[MatchKey(try row.decode(PostgresUUID.self, at: 0)), default: []].append(
                EventIdentity(try row.decode(PostgresUUID.self, at: 1)))
        }
        return stored
    }

    // MARK: All new

    /// That sources share a key, so that it has to be decided what is merged.
    struct SharedByOrigins: Error {}

    /// The COPY statement of ``rows(of:)``.
    static let copyStatement = "COPY event_matches (match, ordinal, identity) FROM STDIN (FORMAT binary)"

    /// The match keys of batches whose events are all new, in their order, in which every writer claims them.
    ///
    /// - Parameter batches: The batches.
    /// - Returns: The rows; `nil` when no event has a key.
    /// - Throws: ``SharedByOrigins`` when two sources tell of one key; `PostgresError` of kind `.encoding`.
    static func rows(of batches: [EncodedBatch]) throws -> CopyBuffer? {
        var claims: [(key: MatchKey, identity: EventIdentity, source: Int32)] = []
        for batch in batches {
            for index in batch.events.indices {
                guard let key = MatchKey(requestID: batch.events[index].event.requestID) else { continue }
                claims.append((key, batch.events[index].event.identity, batch.sourceID))
            }
        }
        if claims.isEmpty { return nil }
        claims.sort { $0.key < $1.key }
        var buffer = CopyBuffer(reservingBytes: claims.count * rowBytes)
        var ordinal: Int16 = 0
        for place in claims.indices {
            let claim = claims[place]
            if place > 0, claims[place - 1].key == claim.key {
                if claims[place - 1].source != claim.source { throw SharedByOrigins() }
                ordinal += 1
                if ordinal >= MatchKey.maximumContributions { ordinal = Int16(MatchKey.maximumContributions) }
            } else {
                ordinal = 0
            }
            if ordinal == MatchKey.maximumContributions { continue }
            try buffer.beginRow(columns: 3)
            buffer.append(claim.key.uuid)
            buffer.append(ordinal)
            buffer.append(claim.identity.uuid)
        }
        return buffer
    }

    private static let rowBytes = 48
}

extension MatchKey {
    /// The key as PostgreSQL stores it.
    var uuid: PostgresUUID { PostgresUUID(high: high, low: low) }

    /// The key of a stored value.
    init(_ uuid: PostgresUUID) {
        self.init(high: uuid.high, low: uuid.low)
    }
}
