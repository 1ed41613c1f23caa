import PostgresClient
import TallyCore
import TallyStore
import TallyTestSupport
import Testing

@Suite(.database) struct KeyStoreTests {
    private func newKey(
        _ name: String, _ scopes: Set<KeyScope> = [.read], _ attribution: Attribution = .none, seed: UInt64 = 1
    ) throws -> NewKey {
        var random = SplitMix64(seed: seed)
        return NewKey(name: try KeyName(name), scopes: scopes, attribution: attribution, using: &random)
    }

    @Test func aKeyIsMadeListedFoundAndRevoked() async throws {
        let tally = try TestDatabase.current.tally
        let attribution = Attribution(project: "search", user: "u1", tags: ["team": "one", "é": "\"x\""])
        let wanted = try newKey("ci", [.proxy, .read], attribution)
        let made = try await tally.create(wanted)
        #expect(made.id == wanted.id && made.name == "ci" && made.scopes == [.read, .proxy])
        #expect(made.hint == wanted.secret.hint && made.lastUsedAt == nil && made.revokedAt == nil)
        var charged = attribution
        charged.key = "ci"
        #expect(made.attribution == charged)
        #expect(try await tally.keys(includingRevoked: false) == [made])
        let grant = KeyGrant(id: wanted.id, scopes: [.read, .proxy], attribution: charged)
        #expect(try await tally.liveKeys() == [LiveKey(hash: KeyHash(of: wanted.secret), grant: grant)])

        guard case .revoked(let revoked) = try await tally.revokeKey("ci") else {
            Issue.record("not revoked")
            return
        }
        #expect(revoked.id == made.id && revoked.revokedAt != nil)
        #expect(try await tally.liveKeys().isEmpty)
        #expect(try await tally.keys(includingRevoked: false).isEmpty)
        #expect(try await tally.keys(includingRevoked: true) == [revoked])
        #expect(try await tally.revokeKey("ci") == .alreadyRevoked(revoked))
        #expect(try await tally.revokeKey(made.id.text) == .alreadyRevoked(revoked))
    }

    /// I7: a dump of the table gives nobody a key.
    @Test func onlyTheHashOfASecretIsStored() async throws {
        let database = try TestDatabase.current
        let wanted = try newKey("ci")
        _ = try await database.tally.create(wanted)
        let random = String(wanted.secret.text.dropFirst(4))
        for part in [random, String(random.prefix(20)), String(random.dropFirst(20))] {
            #expect(try await database.count("SELECT count(*) FROM api_keys k WHERE k::text LIKE \("%\(part)%")") == 0)
        }
    }

    @Test func aNameIsOneLiveKeysAndFreeWhenThatIsRevoked() async throws {
        let tally = try TestDatabase.current.tally
        let first = try await tally.create(try newKey("ci", seed: 1))
        let failure = await #expect(throws: KeyCreationFailure.self) {
            _ = try await tally.create(try newKey("ci", seed: 2))
        }
        #expect(failure == .nameTaken("ci"))
        _ = try await tally.revokeKey(first.id.text)
        let second = try await tally.create(try newKey("ci", seed: 3))
        #expect(try await tally.keys(includingRevoked: false).map(\.id) == [second.id])
        #expect(try await tally.keys(includingRevoked: true).map(\.id) == [first.id, second.id])
        // The name means the live one, the id of the other still the other.
        guard case .alreadyRevoked(let former) = try await tally.revokeKey(first.id.text),
            case .revoked(let latter) = try await tally.revokeKey("ci")
        else {
            Issue.record("the wrong key was revoked")
            return
        }
        #expect(former.id == first.id && latter.id == second.id)
    }

    @Test func aNameThatIsNoneGivesThoseThereAre() async throws {
        let tally = try TestDatabase.current.tally
        #expect(try await tally.revokeKey("ci") == .unknown(liveNames: []))
        for (seed, name) in ["b", "a", "B"].enumerated() {
            _ = try await tally.create(try newKey(name, seed: UInt64(seed)))
        }
        _ = try await tally.revokeKey("b")
        #expect(try await tally.revokeKey("ci") == .unknown(liveNames: ["B", "a"]))
    }

    @Test func useIsNotedAtMostOnceAMinute() async throws {
        let database = try TestDatabase.current
        let tally = database.tally
        let key = try await tally.create(try newKey("ci", seed: 1))
        let other = try await tally.create(try newKey("other", seed: 2))
        try await tally.noteUse(of: [])
        try await tally.noteUse(of: [key.id])
        let noted = try await tally.keys(includingRevoked: false)
        let first = try #require(noted.first { $0.id == key.id }?.lastUsedAt)
        #expect(noted.first { $0.id == other.id }?.lastUsedAt == nil)
        try await tally.noteUse(of: [key.id])
        #expect(try await tally.keys(includingRevoked: false).first { $0.id == key.id }?.lastUsedAt == first)
        try await database.run("UPDATE api_keys SET last_used_at = now() - interval '61 seconds'")
        try await tally.noteUse(of: [key.id, other.id])
        let later = try await tally.keys(includingRevoked: false).compactMap(\.lastUsedAt)
        #expect(later.count == 2 && later.allSatisfy { $0 > first })
    }

    @Test func thereAreOnlySoMany() async throws {
        let database = try TestDatabase.current
        try await database.run(
            """
            INSERT INTO api_keys (key_id, name, scopes, secret_hash, hint)
            SELECT 'key_' || n, 'n' || n, '{read}', sha256(n::text::bytea), 'abcd'
            FROM generate_series(1, \(APIKey.maximumLive)) n
            """)
        let failure = await #expect(throws: KeyCreationFailure.self) {
            _ = try await database.tally.create(try newKey("one more"))
        }
        #expect(failure == .tooMany)
        #expect(try await database.tally.liveKeys().count == APIKey.maximumLive)
        _ = try await database.tally.revokeKey("n7")
        _ = try await database.tally.create(try newKey("one more"))
    }

    @Test func scopesOfANewerVersionGrantNothing() async throws {
        let database = try TestDatabase.current
        let key = try await database.tally.create(try newKey("ci", [.read]))
        try await database.run(
            """
            ALTER TABLE api_keys DROP CONSTRAINT api_keys_scopes_check;
            UPDATE api_keys SET scopes = '{future,read}'
            """)
        #expect(try await database.tally.liveKeys().map(\.grant.scopes) == [[.read]])
        #expect(try await database.tally.keys(includingRevoked: false).map(\.id) == [key.id])
    }
}
