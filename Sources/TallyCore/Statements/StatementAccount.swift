/// An account as its biller describes it.
public struct StatementAccount: Sendable, Equatable {
    /// The user or organization.
    public var name: String?
    /// Whether it has the paid plan for one person.
    public var isPro: Bool?
    /// Whether it can pay for more than is included.
    public var canPay: Bool?
    /// `prepaid` or `postpaid`.
    public var billingMode: String?
    /// When the billing period ends.
    public var periodEnd: Instant?
    /// The organizations the user is in.
    public var organizations: [String] = []

    /// An account of which nothing is known yet.
    public init() {}
}
