/// What a biller says of an account in one answer or one row of an export: sums over days, models and projects, for
/// reconciling with what was metered.
///
/// It is never made into events: the same calls may be known one by one.
public struct ProviderStatement: Sendable, Equatable {
    /// Who says it.
    public var biller: String
    /// The sums.
    public var lines: [StatementLine] = []
    /// Whose account it is and how it pays, where the answer says so.
    public var account: StatementAccount?
    /// Until when the numbers are true, where the answer says so; they may still change.
    public var asOf: Instant?
    /// The cursor of the next page.
    public var nextPage: String?

    /// A statement without lines.
    public init(biller: String) {
        self.biller = biller
    }
}
