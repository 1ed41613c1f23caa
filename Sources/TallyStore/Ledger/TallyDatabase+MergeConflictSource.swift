internal import PostgresClient
package import TallyCore

extension TallyDatabase: MergeConflictSource {
    package func mergeConflicts(limit: Int) async throws -> MergeConflicts {
        // One snapshot, so that the count is that of the list.
        try await pool.withTransaction(isolation: .repeatableRead) { connection in
            let count = try await connection.query("SELECT count(*) FROM merge_conflicts").first?
                .decode(Int.self, at: 0)
            let latest = try await connection.query(
                """
                SELECT m.event_id, m.time, m.field, m.noted_at, k.name, k.form, m.kept, r.name, r.form, m.refused
                FROM merge_conflicts m
                JOIN sources k ON k.source_id = m.kept_source
                JOIN sources r ON r.source_id = m.refused_source
                ORDER BY m.noted_at DESC, m.event_id DESC, m.field, r.name, r.form LIMIT \(limit)
                """
            ).map(MergeConflict.init(row:))
            return MergeConflicts(count: count ?? 0, latest: latest)
        }
    }
}

extension MergeConflict {
    fileprivate init(row: Row) throws {
        guard let field = Field(rawValue: try row.decode(String.self, at: 2)) else {
            throw StoreError.unreadable("a contradiction of sources about an unknown field")
        }
        func side(_ column: Int) throws -> Side {
            Side(
                source: try row.decode(String.self, at: column), form: try row.decode(String.self, at: column + 1),
                value: try row.decode(String.self, at: column + 2))
        }
        self.init(
            event: EventIdentity(try row.decode(PostgresUUID.self, at: 0)),
            time: Instant(microseconds: try row.decode(PostgresTimestamp.self, at: 1).microseconds), field: field,
            kept: try side(4), refused: try side(7),
            notedAt: Instant(microseconds: try row.decode(PostgresTimestamp.self, at: 3).microseconds))
    }
}
