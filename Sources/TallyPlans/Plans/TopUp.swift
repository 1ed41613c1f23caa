package import TallyCore

/// What buying prepaid usage costs on top of it.
///
/// A month's usage on one plan is taken to be bought in one purchase, so that the least fee is due once.
package struct TopUp: Sendable, Hashable {
    /// The fee, as a share of what is bought.
    package let fee: Percentage
    /// The least a purchase costs.
    package let minimum: Money
    /// Where this is from.
    package let provenance: Provenance

    /// A top-up from its parts.
    package init(fee: Percentage, minimum: Money = .zero, provenance: Provenance) {
        self.fee = fee
        self.minimum = minimum
        self.provenance = provenance
    }

    /// The fee for buying this much in one purchase; nothing bought costs nothing.
    package func fee(for usage: Money) -> Money {
        usage == .zero ? .zero : max(minimum, fee.of(usage))
    }
}
