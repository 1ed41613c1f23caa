/// What happens to usage beyond the credits.
package enum OverageRule: Sendable, Hashable {
    /// It is on the invoice.
    case payAsYouGo(Provenance)
    /// It has to be bought beforehand, at its price and the fee of buying it.
    case prepaid(TopUp?, Provenance)

    /// The name plan files and lists use.
    package var name: String {
        switch self {
        case .payAsYouGo: "pay_as_you_go"
        case .prepaid: "prepaid"
        }
    }

    /// The fee of buying usage, if there is one.
    package var topUp: TopUp? {
        switch self {
        case .payAsYouGo: nil
        case .prepaid(let topUp, _): topUp
        }
    }

    /// Where the rule is from.
    package var provenance: Provenance {
        switch self {
        case .payAsYouGo(let provenance), .prepaid(_, let provenance): provenance
        }
    }
}
