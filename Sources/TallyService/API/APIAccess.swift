internal import TallyCore

/// Who may ask the API.
package struct APIAccess: Sendable {
    private let keys: KeyRing
    private let isLoopback: Bool

    /// Rules of access.
    ///
    /// - Parameters:
    ///   - keys: The live keys.
    ///   - isLoopback: Whether only this machine reaches the listener: reading is then open as long as there is no key
    ///     of the API.
    package init(keys: KeyRing, isLoopback: Bool) {
        self.keys = keys
        self.isLoopback = isLoopback
    }

    /// Whether a request may be answered.
    enum Decision: Equatable {
        /// It may, with the key it was sent with if one is needed.
        case allowed(KeyGrant?)
        /// The keys are not known yet.
        case unknown
        /// No key was sent, or none that is live.
        case unauthorized(challenge: String, detail: String)
        /// A live key was sent that does not allow it.
        case forbidden(challenge: String, detail: String)
    }

    private static let challenge = "Bearer realm=\"tally\""
    private static let scheme = "bearer "

    /// Decides about a request that needs a scope.
    ///
    /// - Parameters:
    ///   - scope: The scope.
    ///   - authorization: The `Authorization` header.
    /// - Returns: The decision; nothing of the header is in it (I7).
    func decision(for scope: KeyScope, authorization: String?) -> Decision {
        guard keys.isKnown else { return .unknown }
        if isLoopback, !keys.hasAPIKeys { return .allowed(nil) }
        let mend = "`tally keys create --scope \(scope.rawValue)` makes one"
        guard let authorization else {
            return .unauthorized(
                challenge: Self.challenge,
                detail: "a token with the scope \(scope.rawValue) is needed: send the header "
                    + "Authorization: Bearer tly_…; \(mend)")
        }
        guard authorization.lowercased().hasPrefix(Self.scheme) else {
            return .unauthorized(
                challenge: Self.challenge,
                detail: "the Authorization header is not of the scheme Bearer; send Authorization: Bearer tly_…")
        }
        let secret = authorization.dropFirst(Self.scheme.utf8.count).drop { $0 == " " }
        guard let grant = keys.find(secret: String(secret)) else {
            return .unauthorized(
                challenge: Self.challenge + ", error=\"invalid_token\"",
                detail: "the token is none of this service, or it was revoked; \(mend)")
        }
        if grant.allows(scope) { return .allowed(grant) }
        let scopes = KeyScope.allCases.filter(grant.scopes.contains).map(\.rawValue).joined(separator: ", ")
        return .forbidden(
            challenge: Self.challenge + ", error=\"insufficient_scope\", scope=\"\(scope.rawValue)\"",
            detail: "the token '\(grant.attribution.key ?? "")' has the scope \(scopes), and this needs "
                + "\(scope.rawValue); \(mend)")
    }
}
