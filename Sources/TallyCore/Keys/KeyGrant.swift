/// What the holder of a live key may do, and who its calls are charged to.
public struct KeyGrant: Sendable, Equatable {
    /// The id of the key.
    public let id: KeyID
    /// What it allows.
    public let scopes: Set<KeyScope>
    /// Who calls through the proxy are charged to; its `key` is the name of the key.
    public let attribution: Attribution

    /// A grant from its parts.
    public init(id: KeyID, scopes: Set<KeyScope>, attribution: Attribution) {
        self.id = id
        self.scopes = scopes
        self.attribution = attribution
    }

    /// Whether the key allows what needs a scope.
    public func allows(_ scope: KeyScope) -> Bool { scope.isGranted(by: scopes) }
}

/// A key that is not revoked, as those who check secrets need it.
public struct LiveKey: Sendable, Equatable {
    /// The hash of its secret.
    public let hash: KeyHash
    /// What its holder may do.
    public let grant: KeyGrant

    /// A live key from its parts.
    public init(hash: KeyHash, grant: KeyGrant) {
        self.hash = hash
        self.grant = grant
    }
}
