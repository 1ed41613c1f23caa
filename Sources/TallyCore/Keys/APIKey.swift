/// A key as lists show it: an API token, a proxy key, or both.
public struct APIKey: Sendable, Equatable {
    /// The id.
    public let id: KeyID
    /// The name, unique among the keys that are not revoked.
    public let name: String
    /// What it allows.
    public let scopes: Set<KeyScope>
    /// The last characters of its secret.
    public let hint: String
    /// Who calls through the proxy are charged to; its `key` is the name.
    public let attribution: Attribution
    /// When it was made.
    public let createdAt: Instant
    /// When it was last used, to about a minute; `nil` when it never was.
    public let lastUsedAt: Instant?
    /// When it was revoked; `nil` while it is live.
    public let revokedAt: Instant?

    /// A key from its parts.
    public init(
        id: KeyID, name: String, scopes: Set<KeyScope>, hint: String, attribution: Attribution, createdAt: Instant,
        lastUsedAt: Instant?, revokedAt: Instant?
    ) {
        self.id = id
        self.name = name
        self.scopes = scopes
        self.hint = hint
        self.attribution = attribution
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.revokedAt = revokedAt
    }
}
