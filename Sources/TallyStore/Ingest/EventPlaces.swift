internal import PostgresClient
internal import TallyCore

/// Where the events are that identities lead to.
///
/// Whoever moves an event, to another project, month or event, first locks the row of its own identity, which itself
/// stays: so an event that is locked here is where it is said to be for the rest of the transaction.
struct EventPlaces {
    private(set) var places: [EventIdentity: EventPosition] = [:]

    /// The place of an identity's event.
    subscript(identity: EventIdentity) -> EventPosition? { places[identity] }

    /// Attempts at events that others keep merging.
    private static let attempts = 50

    /// Locks the events of some identities, in the order of their own identities, and says where they are.
    ///
    /// - Throws: `PostgresError` when a statement fails; ``StoreError/busyEvents`` when others keep merging them.
    static func locked(_ identities: [EventIdentity], _ connection: PostgresConnection) async throws -> EventPlaces {
        if identities.isEmpty { return EventPlaces() }
        var found = try await places(of: identities, connection)
        for _ in 0..<attempts {
            let events = found.events
            _ = try await connection.query(
                """
                SELECT 1 FROM event_identities i JOIN unnest(\(events.map(\.uuid))) AS c (identity) USING (identity)
                ORDER BY i.identity FOR UPDATE OF i
                """)
            let now = try await places(of: identities, connection)
            if now.events == events {
                try await now.lockRows(connection)
                return now
            }
            found = now
        }
        throw StoreError.busyEvents
    }

    /// The places of the events of some identities, unlocked; identities that are not known are left out.
    private static func places(
        of identities: [EventIdentity], _ connection: PostgresConnection
    ) async throws -> EventPlaces {
        var found = EventPlaces()
        for row in try await connection.query(
            """
            SELECT i.identity, coalesce(i.event_id, i.identity), i.time
            FROM event_identities i JOIN unnest(\(identities.map(\.uuid))) AS c (identity) USING (identity)
            """)
        {
            found.places[EventIdentity(try row.decode(PostgresUUID.self, at: 0))] = EventPosition(
                time: Instant(microseconds: try row.decode(PostgresTimestamp.self, at: 2).microseconds),
                identity: EventIdentity(try row.decode(PostgresUUID.self, at: 1)))
        }
        return found
    }

    /// The events, each once, in their order.
    private var events: [EventIdentity] { Set(places.values.map(\.identity)).sorted() }

    /// Keeps others from charging the events anew, which needs no lock of the identity.
    private func lockRows(_ connection: PostgresConnection) async throws {
        let rows = Array(places.values)
        let times = rows.map { PostgresTimestamp($0.time) }
        _ = try await connection.query(
            """
            SELECT 1 FROM events e
            JOIN unnest(\(rows.map(\.identity.uuid)), \(times)) AS c (event_id, time) USING (event_id, time)
            WHERE e.time BETWEEN \(times.min()) AND \(times.max())
            ORDER BY e.event_id FOR UPDATE OF e
            """)
    }
}
