/// A key that is to be made.
public struct NewKey: Sendable {
    /// Its id.
    public let id: KeyID
    /// Its name.
    public let name: KeyName
    /// Its secret, of which only the hash and the hint are stored.
    public let secret: KeySecret
    /// What it allows; not empty.
    public let scopes: Set<KeyScope>
    /// Project, user and tags of calls through the proxy.
    public let attribution: Attribution

    /// A key from its parts, with a new id and a new secret.
    public init(
        name: KeyName, scopes: Set<KeyScope>, attribution: Attribution,
        using random: inout some RandomNumberGenerator
    ) {
        precondition(!scopes.isEmpty, "a key without a scope")
        id = KeyID(using: &random)
        secret = KeySecret(using: &random)
        self.name = name
        self.scopes = scopes
        self.attribution = attribution
    }
}

/// Why a key was not made.
public enum KeyCreationFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// A live key has the name already.
    case nameTaken(String)
    /// There are as many live keys as there may be.
    case tooMany

    /// The reason and the mend.
    public var description: String {
        switch self {
        case .nameTaken(let name):
            "there is a key named '\(name)' already; choose another --name, or revoke that one first"
        case .tooMany:
            "there are \(APIKey.maximumLive) keys already; revoke some that are not used"
        }
    }
}

/// What became of a key that was to be revoked.
public enum KeyRevocation: Sendable, Equatable {
    /// It is revoked from now on.
    case revoked(APIKey)
    /// It was revoked before.
    case alreadyRevoked(APIKey)
    /// There never was one; the names of the live ones, in order.
    case unknown(liveNames: [String])
}

extension APIKey {
    /// The most keys that are live at a time: bounds what the daemon remembers.
    public static let maximumLive = 10_000
}

/// Where keys are made, listed and revoked.
public protocol KeyStore: Sendable {
    /// Makes a key.
    ///
    /// - Parameter key: The key.
    /// - Returns: The key as it is stored.
    /// - Throws: ``KeyCreationFailure``, or the fault of the store.
    func create(_ key: NewKey) async throws -> APIKey

    /// The keys, oldest first.
    ///
    /// - Parameter includingRevoked: Whether revoked ones are listed too.
    /// - Returns: The keys.
    /// - Throws: The fault of the store.
    func keys(includingRevoked: Bool) async throws -> [APIKey]

    /// Revokes the live key of a name, or the key of an id.
    ///
    /// - Parameter nameOrID: The name or id; of several revoked keys of one name, the one revoked last.
    /// - Returns: What became of it.
    /// - Throws: The fault of the store.
    func revokeKey(_ nameOrID: String) async throws -> KeyRevocation
}

/// What a daemon that checks secrets needs of the keys.
public protocol KeySource: Sendable {
    /// All live keys, at most ``APIKey/maximumLive``.
    func liveKeys() async throws -> [LiveKey]

    /// Notes that keys were used about now.
    func noteUse(of keys: [KeyID]) async throws
}
