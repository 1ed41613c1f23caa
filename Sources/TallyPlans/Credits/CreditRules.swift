/// The choices a month is settled by.
package struct CreditRules<Group: Hashable & Comparable & Sendable>: Sendable {
    /// How credits are shared out.
    package var allocation: CreditAllocation
    /// How fees are shared out.
    package var fees: FeeAllocation<Group>
    /// The reading of serverless terms, `nil` for each plan's own.
    package var serverless: ServerlessMode?

    /// Rules; credits go to the calls that drew on them and fees by spend unless said otherwise.
    package init(
        allocation: CreditAllocation = .chronological, fees: FeeAllocation<Group> = .proRata,
        serverless: ServerlessMode? = nil
    ) {
        self.allocation = allocation
        self.fees = fees
        self.serverless = serverless
    }
}
