/// Where events come from: a proxy, a log, an export of a provider.
///
/// What several sources say of one call is merged (interface, "Identity"), field by field by ``rank``; one source never
/// says the same call twice.
public struct EventOrigin: Sendable, Hashable {
    /// Its name: `import`, `proxy`, or what it is called in the configuration.
    public var name: String
    /// In what form it tells: `proxy`, `tally`, `litellm`, `otlp`… Two forms under one name are two origins.
    public var form: String
    /// How much its word counts beside that of others.
    public var rank: OriginRank

    /// An origin from its parts.
    public init(name: String, form: String, rank: OriginRank) {
        self.name = name
        self.form = form
        self.rank = rank
    }

    /// A source as a whole, whatever forms it tells in: what is kept of how far it was read and how it is.
    ///
    /// - Parameter name: Its name.
    /// - Returns: The origin, which no event has.
    public static func whole(_ name: String) -> EventOrigin {
        EventOrigin(name: name, form: wholeForm, rank: .clientLog)
    }

    /// The form of sources as a whole, which no log has.
    public static let wholeForm = "*"

    /// The calls that the proxy relayed.
    public static let proxy = EventOrigin(name: "proxy", form: "proxy", rank: .relay)
}

/// How much the word of a source counts: the lower, the more.
public enum OriginRank: Int, Sendable, Comparable, CaseIterable {
    /// A relay, which saw the call itself.
    case relay
    /// The log of whoever made the call.
    case clientLog
    /// What a provider or biller exports of its calls.
    case export

    /// Whether one counts more than another.
    public static func < (left: OriginRank, right: OriginRank) -> Bool { left.rawValue < right.rawValue }
}
