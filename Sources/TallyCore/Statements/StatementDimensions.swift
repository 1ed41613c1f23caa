/// What tells a line of a statement from its neighbours; `nil` is everything, or not known.
public struct StatementDimensions: Sendable, Hashable {
    /// Who served.
    public var provider: String?
    /// The model, as the biller names it.
    public var model: String?
    /// The biller's id of the endpoint that served.
    public var endpoint: String?
    /// The biller's project or workspace.
    public var project: String?
    /// The biller's resource group.
    public var group: String?
    /// The biller's user.
    public var user: String?
    /// The biller's id of a key.
    public var key: String?
    /// The session id calls were sent with.
    public var session: String?
    /// The service tier.
    public var serviceTier: String?
    /// Whether it was sent in a batch.
    public var isBatch: Bool?
    /// The line of the invoice, or the product.
    public var lineItem: String?

    /// Nothing in particular.
    public init() {}
}
