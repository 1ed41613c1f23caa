internal import PostgresClient
internal import TallyCore

extension TallyDatabase {
    /// Notes how far into a source has been read, within the transaction of what was read.
    static func write(
        _ checkpoint: SourceCheckpoint, ofSource sourceID: Int32, _ connection: PostgresConnection
    ) async throws {
        _ = try await connection.execute(
            """
            INSERT INTO source_checkpoints (source_id, item, position, is_complete, state)
            VALUES (\(sourceID), \(checkpoint.item), \(checkpoint.position), \(checkpoint.isComplete),
                \(checkpoint.state))
            ON CONFLICT (source_id, item) DO UPDATE
            SET position = excluded.position, is_complete = excluded.is_complete, state = excluded.state,
                updated_at = now()
            """)
    }
}
