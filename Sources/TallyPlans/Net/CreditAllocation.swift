/// How an account's credits are shared out over its spend.
package enum CreditAllocation: String, Sendable, CaseIterable {
    /// To the calls that drew on them, by time and then by identity.
    case chronological
    /// In proportion to the spend that draws on credits, within the days of one plan.
    case proRata = "pro-rata"
}
