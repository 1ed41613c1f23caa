internal import PostgresClient
package import TallyCore

extension TallyDatabase: KeyStore {
    package func create(_ key: NewKey) async throws -> APIKey {
        try await pool.withTransaction { connection in
            // One writer at a time, so that the count holds.
            _ = try await connection.query("SELECT pg_advisory_xact_lock(hashtextextended('tally.keys', 0))")
            let live = try await connection.query("SELECT count(*) FROM api_keys WHERE revoked_at IS NULL")
            if try live.first?.decode(Int.self, at: 0) ?? 0 >= APIKey.maximumLive { throw KeyCreationFailure.tooMany }
            let result = try await connection.query(
                """
                INSERT INTO api_keys (key_id, name, scopes, secret_hash, hint, project, user_name, tags)
                VALUES (\(key.id.text), \(key.name.text), \(key.scopes.names),
                    \(KeyHash(of: key.secret).bytes), \(key.secret.hint), \(key.attribution.project),
                    \(key.attribution.user), \(key.attribution.tags.map { PostgresJSON(text: TagText.json($0)) }))
                ON CONFLICT (name) WHERE revoked_at IS NULL DO NOTHING
                RETURNING \(raw: Self.keyColumns)
                """)
            guard let row = result.first else { throw KeyCreationFailure.nameTaken(key.name.text) }
            return try APIKey(row: row)
        }
    }

    package func keys(includingRevoked: Bool) async throws -> [APIKey] {
        try await pool.withConnection { connection in
            try await connection.query(
                """
                SELECT \(raw: Self.keyColumns) FROM api_keys
                WHERE \(includingRevoked) OR revoked_at IS NULL ORDER BY created_at, key_id
                """
            ).map { try APIKey(row: $0) }
        }
    }

    package func revokeKey(_ nameOrID: String) async throws -> KeyRevocation {
        try await pool.withTransaction { connection in
            let revoked = try await connection.query(
                """
                UPDATE api_keys SET revoked_at = now()
                WHERE (name = \(nameOrID) OR key_id = \(nameOrID)) AND revoked_at IS NULL
                RETURNING \(raw: Self.keyColumns)
                """)
            if let row = revoked.first { return .revoked(try APIKey(row: row)) }
            let former = try await connection.query(
                """
                SELECT \(raw: Self.keyColumns) FROM api_keys WHERE name = \(nameOrID) OR key_id = \(nameOrID)
                ORDER BY revoked_at DESC, key_id LIMIT 1
                """)
            if let row = former.first { return .alreadyRevoked(try APIKey(row: row)) }
            let names = try await connection.query(
                "SELECT name FROM api_keys WHERE revoked_at IS NULL ORDER BY name COLLATE \"C\"")
            return .unknown(liveNames: try names.map { try $0.decode(String.self, at: 0) })
        }
    }

    private static let keyColumns =
        "key_id, name, scopes, hint, project, user_name, tags, created_at, last_used_at, revoked_at"
}

extension TallyDatabase: KeySource {
    package func liveKeys() async throws -> [LiveKey] {
        try await pool.withConnection { connection in
            try await connection.query(
                """
                SELECT key_id, name, scopes, secret_hash, project, user_name, tags FROM api_keys
                WHERE revoked_at IS NULL ORDER BY created_at, key_id LIMIT \(APIKey.maximumLive)
                """
            ).map { row in
                guard let hash = KeyHash(bytes: try row.decode([UInt8].self, at: 3)) else {
                    throw StoreError.unreadable("a key whose hash is none")
                }
                let attribution = try Self.attribution(
                    of: try row.decode(String.self, at: 1), project: 4, user: 5, tags: 6, row)
                return LiveKey(
                    hash: hash,
                    grant: KeyGrant(
                        id: KeyID(stored: try row.decode(String.self, at: 0)),
                        scopes: Set(scopes: try row.decode([String].self, at: 2)), attribution: attribution))
            }
        }
    }

    /// Notes the time at most once a minute, so that keys in constant use do not make the table grow.
    package func noteUse(of keys: [KeyID]) async throws {
        if keys.isEmpty { return }
        try await pool.withConnection { connection in
            _ = try await connection.execute(
                """
                UPDATE api_keys SET last_used_at = now() WHERE key_id = ANY (\(keys.map(\.text)))
                    AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
                """)
        }
    }

    fileprivate static func attribution(
        of name: String, project: Int, user: Int, tags: Int, _ row: Row
    ) throws -> Attribution {
        Attribution(
            project: try row.decode(String?.self, at: project), user: try row.decode(String?.self, at: user), key: name,
            tags: try row.decode(PostgresJSON?.self, at: tags).map { try TagText.tags(fromJSON: $0.text) })
    }
}

extension APIKey {
    fileprivate init(row: Row) throws {
        func instant(_ column: Int) throws -> Instant? {
            try row.decode(PostgresTimestamp?.self, at: column).map { Instant(microseconds: $0.microseconds) }
        }
        let name = try row.decode(String.self, at: 1)
        self.init(
            id: KeyID(stored: try row.decode(String.self, at: 0)), name: name,
            scopes: Set(scopes: try row.decode([String].self, at: 2)), hint: try row.decode(String.self, at: 3),
            attribution: try TallyDatabase.attribution(of: name, project: 4, user: 5, tags: 6, row),
            createdAt: Instant(microseconds: try row.decode(PostgresTimestamp.self, at: 7).microseconds),
            lastUsedAt: try instant(8), revokedAt: try instant(9))
    }
}

extension Set<KeyScope> {
    /// The names, in the order of the scopes.
    fileprivate var names: [String] { KeyScope.allCases.filter(contains).map(\.rawValue) }

    /// The scopes of some names; one that this version does not have grants nothing.
    fileprivate init(scopes names: [String]) {
        self = Set(names.compactMap(KeyScope.init(rawValue:)))
    }
}
