internal import PostgresClient
internal import TallyCore

/// Attributions that have no row yet.
struct NewAttributions {
    /// One of them, with the ids it refers to.
    struct Row {
        let digest: PostgresUUID
        let attribution: Attribution
        let project: Int32
        let key: Int32
    }

    /// The rows; every writer makes them in the order of their digests, so that writers wait for each other instead of
    /// deadlocking.
    private let rows: [Row]

    init(_ rows: [Row]) {
        self.rows = rows.sorted { ($0.digest.high, $0.digest.low) < ($1.digest.high, $1.digest.low) }
    }

    /// Fewer are not worth the extra statement of a COPY.
    private static let fewestCopied = 100

    /// Makes all rows by COPY, at less than half of what inserting them costs.
    ///
    /// Not for use within a transaction, which it would spoil.
    ///
    /// - Returns: The ids by digest; `nil` when one of them is there already, or they are too few.
    /// - Throws: `PostgresError` when a statement fails.
    func copied(_ connection: PostgresConnection) async throws -> [PostgresUUID: Int32]? {
        if rows.count < Self.fewestCopied { return nil }
        do {
            return try await copy(connection)
        } catch let error as PostgresError where error.sqlState == "23505" {
            return nil
        }
    }

    private func copy(_ connection: PostgresConnection) async throws -> [PostgresUUID: Int32] {
        let taken = try await connection.query(
            """
            SELECT nextval((SELECT pg_get_serial_sequence('attributions', 'attribution_id'))::regclass)::integer
            FROM generate_series(1, \(rows.count))
            """)
        let ids = try taken.map { try $0.decode(Int32.self, at: 0) }
        var buffer = CopyBuffer()
        for (row, id) in zip(rows, ids) {
            try buffer.beginRow(columns: 6)
            buffer.append(id)
            buffer.append(row.digest)
            buffer.append(row.project)
            buffer.append(row.key)
            if let user = row.attribution.user { try buffer.append(text: user) } else { buffer.appendNull() }
            if let tags = row.attribution.tags {
                try buffer.append(json: PostgresJSON(text: TagText.json(tags)))
            } else {
                buffer.appendNull()
            }
        }
        try await connection.copyIn(
            """
            COPY attributions (attribution_id, digest, project_id, key_id, user_name, tags)
            FROM STDIN (FORMAT binary)
            """, buffer)
        return Dictionary(zip(rows.map(\.digest), ids)) { first, _ in first }
    }

    /// Makes the rows that are not there yet.
    ///
    /// - Returns: The ids by digest of those that were made.
    /// - Throws: `PostgresError` when a statement fails.
    func inserted(_ connection: PostgresConnection) async throws -> [PostgresUUID: Int32] {
        let tags = rows.map { row in row.attribution.tags.map { PostgresJSON(text: TagText.json($0)) } }
        let made = try await connection.query(
            """
            INSERT INTO attributions (digest, project_id, key_id, user_name, tags)
            SELECT * FROM unnest(\(rows.map(\.digest)), \(rows.map(\.project)), \(rows.map(\.key)),
                \(rows.map(\.attribution.user)), \(tags))
            ON CONFLICT (digest) DO NOTHING RETURNING digest, attribution_id
            """)
        var ids: [PostgresUUID: Int32] = [:]
        for row in made { ids[try row.decode(PostgresUUID.self, at: 0)] = try row.decode(Int32.self, at: 1) }
        return ids
    }
}
