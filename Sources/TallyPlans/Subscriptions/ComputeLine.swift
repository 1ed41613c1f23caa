package import TallyCore

/// Other compute on a biller's invoice, such as an endpoint, entered by hand or read from a statement.
package struct ComputeLine: Sendable, Hashable {
    /// Whose bill it is on.
    package let account: BillingAccount
    /// When it counts; among calls of the same instant it counts first.
    package let time: Instant
    /// What it is, such as `endpoints`, `spaces` or `jobs`.
    package let product: String
    /// What it costs.
    package let amount: Money
    /// The project it is charged to, `nil` for none.
    package let project: String?

    /// A line from its parts.
    package init(account: BillingAccount, time: Instant, product: String, amount: Money, project: String? = nil) {
        self.account = account
        self.time = time
        self.product = product
        self.amount = amount
        self.project = project
    }

    /// The order in which lines draw on credits, whatever order they were entered in.
    static func draws(_ left: ComputeLine, before right: ComputeLine) -> Bool {
        if left.time != right.time { return left.time < right.time }
        if left.product != right.product { return left.product < right.product }
        if left.project != right.project { return (left.project ?? "") < (right.project ?? "") }
        return left.amount < right.amount
    }
}
