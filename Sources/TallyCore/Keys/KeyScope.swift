/// What a key allows.
public enum KeyScope: String, Sendable, Hashable, CaseIterable {
    /// Reading reports, events and prices.
    case read
    /// Handing in events.
    case ingest
    /// Making calls through the proxy with the upstream credentials of the service.
    case proxy
    /// Everything of the API, changes included; calls through the proxy need ``proxy`` all the same.
    case admin

    /// Whether a key with some scopes may do what needs this one.
    public func isGranted(by scopes: Set<KeyScope>) -> Bool {
        scopes.contains(self) || (self != .proxy && scopes.contains(.admin))
    }
}
