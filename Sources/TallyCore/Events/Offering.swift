/// What was called and who sends the bill: the part of an event its price depends on.
public struct Offering: Sendable, Hashable {
    /// Who sends the bill, e.g. `huggingface` (FOCUS: invoice issuer).
    public var biller: String?
    /// Who served the call, e.g. `together` (FOCUS: publisher); `nil` when not known.
    public var provider: String?
    /// The model that served, as the provider names it; `nil` when not known.
    public var model: String?
    /// How the call was billed: `routed`, `own-key`, `direct` or `serverless`; `nil` when not known.
    public var route: Route?
    /// The account or organization the biller charges, e.g. what `X-HF-Bill-To` named.
    public var account: String?
    /// The service tier in the response (`default`, `batch`, `flex`, `priority`…).
    public var serviceTier: String?

    /// An offering from its parts.
    public init(
        biller: String? = nil, provider: String? = nil, model: String? = nil, route: Route? = nil,
        account: String? = nil, serviceTier: String? = nil
    ) {
        self.biller = biller
        self.provider = provider
        self.model = model
        self.route = route
        self.account = account
        self.serviceTier = serviceTier
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
