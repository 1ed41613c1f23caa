/// What was called and who sends the bill: the part of an event its price depends on.
///
/// Kept in shared storage with its hash, as ``Attribution`` is and for the same reason.
public struct Offering: Sendable {
    private var storage: Storage

    /// Who sends the bill, such as `huggingface` (FOCUS: invoice issuer).
    public var biller: String? {
        get { storage.parts.biller }
        set { change { $0.biller = newValue } }
    }

    /// Who served the call, such as `together` (FOCUS: publisher); `nil` when not known.
    public var provider: String? {
        get { storage.parts.provider }
        set { change { $0.provider = newValue } }
    }

    /// The model that served, as the provider names it; `nil` when not known.
    public var model: String? {
        get { storage.parts.model }
        set { change { $0.model = newValue } }
    }

    /// How the call was billed; `nil` when not known.
    public var route: Route? {
        get { storage.parts.route }
        set { change { $0.route = newValue } }
    }

    /// The account or organization the biller charges, such as what `X-HF-Bill-To` named.
    public var account: String? {
        get { storage.parts.account }
        set { change { $0.account = newValue } }
    }

    /// The service tier in the response (`default`, `batch`, `flex`, `priority`…).
    public var serviceTier: String? {
        get { storage.parts.serviceTier }
        set { change { $0.serviceTier = newValue } }
    }

    /// Nothing in particular.
    public static let none = Offering(storage: Storage(Parts()))

    /// An offering from its parts.
    public init(
        biller: String? = nil, provider: String? = nil, model: String? = nil, route: Route? = nil,
        account: String? = nil, serviceTier: String? = nil
    ) {
        storage = Storage(
            Parts(
                biller: biller.map(NameText.composed), provider: provider.map(NameText.composed),
                model: model.map(NameText.composed), route: route, account: account.map(NameText.composed),
                serviceTier: serviceTier.map(NameText.composed)))
    }

    private init(storage: Storage) {
        self.storage = storage
    }

    private mutating func change(_ body: (inout Parts) -> Void) {
        var parts = storage.parts
        body(&parts)
        storage = Storage(parts)
    }

    private struct Parts: Hashable {
        var biller: String?
        var provider: String?
        var model: String?
        var route: Route?
        var account: String?
        var serviceTier: String?
    }

    private final class Storage: Sendable {
        let parts: Parts
        let hash: Int

        init(_ parts: Parts) {
            self.parts = parts
            hash = parts.hashValue
        }
    }
}

extension Offering: Hashable {
    /// Whether both are the same in every part.
    public static func == (left: Offering, right: Offering) -> Bool {
        if left.storage === right.storage { return true }
        return left.storage.hash == right.storage.hash && left.storage.parts == right.storage.parts
    }

    /// Feeds the hash that was made once.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(storage.hash)
    }
}

/// How a routed or direct call is billed.
public enum Route: String, Sendable, Hashable, CaseIterable {
    /// The router bills, and its credits apply.
    case routed
    /// Routed with the customer's own provider key: the provider bills.
    case ownKey = "own-key"
    /// No router.
    case direct
    /// Hugging Face's own serverless inference, by compute seconds.
    case serverless
}
