package import TallyCore

/// A share of an amount, in millionths: percents with at most four decimals.
package struct Percentage: Sendable, Hashable {
    /// How many millionths of the whole.
    package let millionths: Int64

    /// Nothing of the whole.
    package static let zero = Percentage(unchecked: 0)

    /// Millionths in the whole.
    static let whole: Int64 = 1_000_000

    /// Reads percents, such as `5.5`, exactly; `nil` for anything but 0 to 100 with at most four decimals.
    package init?(percents text: String) {
        guard let decimal = DecimalText(text), case .success(let count) = decimal.rescaled(to: 4) else { return nil }
        guard count >= 0, count <= Int128(Self.whole) else { return nil }
        millionths = Int64(count)
    }

    private init(unchecked millionths: Int64) {
        self.millionths = millionths
    }

    /// This share of an amount, rounded half away from zero to a picodollar, once.
    package func of(_ amount: Money) -> Money {
        Money(picodollars: amount.picodollars.scaled(by: Int128(millionths), over: Int128(Self.whole)))
    }

    /// Percents as text, such as `5.5`.
    package var text: String {
        let (percents, rest) = millionths.quotientAndRemainder(dividingBy: 10_000)
        if rest == 0 { return String(percents) }
        let digits = String(rest)
        var decimals = String(repeating: "0", count: 4 - digits.utf8.count) + digits
        while decimals.hasSuffix("0") { decimals.removeLast() }
        return "\(percents).\(decimals)"
    }
}
