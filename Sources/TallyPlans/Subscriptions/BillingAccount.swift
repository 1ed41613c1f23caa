/// Who receives a bill: an account of a biller, such as an organization of Hugging Face.
package struct BillingAccount: Sendable, Hashable, Comparable {
    /// Who sends the bill.
    package let biller: String
    /// The account; `nil` for the caller's own.
    package let account: String?

    /// An account of a biller.
    package init(biller: String, account: String? = nil) {
        self.biller = biller
        self.account = account
    }

    /// Whether one comes before another in lists: by biller, the caller's own account first.
    package static func < (left: BillingAccount, right: BillingAccount) -> Bool {
        if left.biller != right.biller { return left.biller < right.biller }
        guard let account = left.account else { return right.account != nil }
        return right.account.map { account < $0 } ?? false
    }
}

extension BillingAccount: CustomStringConvertible {
    /// `huggingface`, or `huggingface account 'acme'`.
    package var description: String { account.map { "\(biller) account '\($0)'" } ?? biller }
}
