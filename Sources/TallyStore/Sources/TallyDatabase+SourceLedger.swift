internal import PostgresClient
package import TallyCore

extension TallyDatabase: SourceLedger {
    package func checkpoints(of source: String) async throws -> [SourceCheckpoint] {
        try await pool.withConnection { connection in
            try await connection.query(
                """
                SELECT item, position, is_complete, state FROM source_checkpoints JOIN sources USING (source_id)
                WHERE name = \(source) AND form = \(EventOrigin.wholeForm) ORDER BY item COLLATE "C"
                """
            ).map { row in
                SourceCheckpoint(
                    item: try row.decode(String.self, at: 0), position: try row.decode(Int64.self, at: 1),
                    isComplete: try row.decode(Bool.self, at: 2), state: try row.decode(String?.self, at: 3))
            }
        }
    }

    package func save(_ checkpoint: SourceCheckpoint, of source: String) async throws {
        try await pool.withTransaction { connection in
            let id = try await dimensions.source(.whole(source), connection)
            try await Self.write(checkpoint, ofSource: id, connection)
        }
    }

    package func forget(_ items: [String], of source: String) async throws {
        if items.isEmpty { return }
        try await pool.withConnection { connection in
            _ = try await connection.execute(
                """
                DELETE FROM source_checkpoints WHERE item = ANY (\(items))
                    AND source_id = (
                        SELECT source_id FROM sources WHERE name = \(source) AND form = \(EventOrigin.wholeForm))
                """)
        }
    }

    package func holder(of source: String) async throws -> String? {
        try await pool.withConnection { connection in
            try await connection.query(
                "SELECT holder FROM source_status JOIN sources USING (source_id) WHERE name = \(source)"
            ).first?.decode(String.self, at: 0)
        }
    }

    package func note(_ run: SourceRun) async throws {
        func stamp(_ instant: Instant?) -> PostgresTimestamp? { instant.map { PostgresTimestamp($0) } }
        let counts = run.counts
        let hasFailed = run.error != nil
        try await pool.withTransaction { connection in
            let id = try await dimensions.source(.whole(run.source), connection)
            _ = try await connection.execute(
                """
                INSERT INTO source_status AS s (source_id, kind, last_attempt_at, last_success_at, last_error,
                    last_error_at, next_run_at, covered_until, pending_bytes, runs, failures, records_read, stored,
                    duplicate, unpriced, rejected, statements, holder)
                VALUES (\(id), \(run.kind), \(PostgresTimestamp(run.startedAt)),
                    \(stamp(hasFailed ? nil : run.endedAt)), \(run.error), \(stamp(hasFailed ? run.endedAt : nil)),
                    \(stamp(run.nextRunAt)), \(stamp(run.coveredUntil)), \(run.pendingBytes), 1,
                    \(hasFailed ? 1 : 0), \(counts.read), \(counts.stored), \(counts.duplicate), \(counts.unpriced),
                    \(counts.rejected), \(counts.statements), \(run.holder))
                ON CONFLICT (source_id) DO UPDATE SET kind = excluded.kind, last_attempt_at = excluded.last_attempt_at,
                    last_success_at = coalesce(excluded.last_success_at, s.last_success_at),
                    last_error = excluded.last_error, last_error_at = coalesce(excluded.last_error_at, s.last_error_at),
                    next_run_at = excluded.next_run_at, pending_bytes = excluded.pending_bytes,
                    covered_until = coalesce(excluded.covered_until, s.covered_until), runs = s.runs + 1,
                    failures = s.failures + excluded.failures, records_read = s.records_read + excluded.records_read,
                    stored = s.stored + excluded.stored, duplicate = s.duplicate + excluded.duplicate,
                    unpriced = s.unpriced + excluded.unpriced, rejected = s.rejected + excluded.rejected,
                    statements = s.statements + excluded.statements, holder = excluded.holder
                """)
        }
    }

    package func sourceStatuses() async throws -> [SourceStatus] {
        try await pool.withConnection { connection in
            try await connection.query(
                """
                SELECT name, kind, last_attempt_at, last_success_at, last_error, last_error_at, next_run_at,
                    covered_until, pending_bytes, runs, failures, records_read, stored, duplicate, unpriced, rejected,
                    statements
                FROM source_status JOIN sources USING (source_id) ORDER BY name COLLATE "C"
                """
            ).map { try SourceStatus(row: $0) }
        }
    }
}

extension SourceStatus {
    fileprivate init(row: Row) throws {
        func instant(_ column: Int) throws -> Instant? {
            try row.decode(PostgresTimestamp?.self, at: column).map { Instant(microseconds: $0.microseconds) }
        }
        var counts = SourceCounts()
        counts.read = try row.decode(Int.self, at: 11)
        counts.stored = try row.decode(Int.self, at: 12)
        counts.duplicate = try row.decode(Int.self, at: 13)
        counts.unpriced = try row.decode(Int.self, at: 14)
        counts.rejected = try row.decode(Int.self, at: 15)
        counts.statements = try row.decode(Int.self, at: 16)
        guard let lastAttemptAt = try instant(2) else { throw StoreError.unreadable("a source without an attempt") }
        self.init(
            name: try row.decode(String.self, at: 0), kind: try row.decode(String.self, at: 1),
            lastAttemptAt: lastAttemptAt, lastSuccessAt: try instant(3),
            lastError: try row.decode(String?.self, at: 4), lastErrorAt: try instant(5), nextRunAt: try instant(6),
            coveredUntil: try instant(7), pendingBytes: try row.decode(Int64?.self, at: 8),
            runs: try row.decode(Int.self, at: 9), failures: try row.decode(Int.self, at: 10), counts: counts)
    }
}
