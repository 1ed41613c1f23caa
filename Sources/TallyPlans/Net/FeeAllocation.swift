package import TallyCore

/// How fees are shared out over those who used an account.
package enum FeeAllocation<Group: Hashable & Comparable & Sendable>: Sendable {
    /// Not at all: fees are nobody's.
    case none
    /// In proportion to spend before credits.
    case proRata
    /// The same for each that has spend on the account.
    case equal
    /// In proportion to weights of one's own, also for groups without spend; none may be negative, and all together at most
    /// ``BillingLimits/maximumSpend``.
    case weights([Group: Money])

    /// The parts of a fee; a fee that none of the weights takes is nobody's.
    func parts(of fee: Money, spend: [Group: Money]) -> [Group: Money] {
        switch self {
        case .none: [:]
        case .proRata: Apportionment.split(fee, by: spend)
        case .equal: Apportionment.split(fee, by: spend.mapValues { _ in Money(picodollars: 1) })
        case .weights(let weights): Apportionment.split(fee, by: weights)
        }
    }
}
