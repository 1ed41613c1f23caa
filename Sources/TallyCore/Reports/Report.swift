/// The answer to a ``ReportQuery``.
public struct Report: Sendable, Equatable {
    /// The question.
    public let query: ReportQuery
    /// The rows, ordered by time and then by the values of the groups.
    public let rows: [ReportRow]
    /// The sums over everything that was asked for, whatever page the rows are.
    public let totals: UsageMeasures
    /// Where the next page begins, `nil` at the end.
    public let nextOffset: Int?

    /// An answer from its parts.
    public init(query: ReportQuery, rows: [ReportRow], totals: UsageMeasures, nextOffset: Int?) {
        self.query = query
        self.rows = rows
        self.totals = totals
        self.nextOffset = nextOffset
    }
}

/// One group of a report.
public struct ReportRow: Sendable, Equatable {
    /// The start of the slice of time, when the report has an interval.
    public let time: Instant?
    /// The values of the dimensions, in the order of the query; `nil` is not known.
    public let values: [String?]
    /// What was used and spent.
    public let measures: UsageMeasures

    /// A row from its parts.
    public init(time: Instant?, values: [String?], measures: UsageMeasures) {
        self.time = time
        self.values = values
        self.measures = measures
    }
}

/// Sums of usage and spend with the shares that make them up (invariant I2).
public struct UsageMeasures: Sendable, Equatable {
    /// Attempts.
    public var requests: Int64 = 0
    /// Attempts that failed.
    public var errors: Int64 = 0
    /// Attempts without a cost of any kind.
    public var unpricedRequests: Int64 = 0
    /// Attempts of which a class has no price.
    public var partlyPricedRequests: Int64 = 0
    /// Attempts of no project.
    public var unattributedRequests: Int64 = 0
    /// Attempts whose usage is not final.
    public var provisionalRequests: Int64 = 0
    /// Sums by class in stored units; a class nobody stated is absent.
    public var quantities: [UsageClass: Int128] = [:]
    /// The spend whose amount the biller's invoice said.
    public var billedCost = Money.zero
    /// The spend whose amount the response said.
    public var reportedCost = Money.zero
    /// The spend computed from the price table.
    public var computedCost = Money.zero
    /// The spend of no project.
    public var unattributedCost = Money.zero
    /// The spend of attempts whose usage is not final.
    public var provisionalCost = Money.zero

    /// Nothing.
    public init() {}

    /// The spend: its parts by source add up to it.
    ///
    /// `nil` when nothing of what was used has a cost.
    public var cost: Money? {
        requests > 0 && unpricedRequests == requests ? nil : billedCost + reportedCost + computedCost
    }
}
