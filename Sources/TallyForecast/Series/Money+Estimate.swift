internal import TallyCore

/// The one place where amounts become binary floats and estimates become amounts.
///
/// What was spent never takes this way: only statistics of it, and forecasts made of those.
extension Money {
    /// The amount as a binary float, for statistics.
    var estimate: Double {
        if let small = Int64(exactly: picodollars) { return Double(small) / 1e12 }
        return Double(picodollars) / 1e12
    }

    /// An estimate rounded to an amount, once: to the millionth of a unit of currency, half away from zero.
    ///
    /// What is no number gives zero, and what is beyond ``Money/maximum`` gives that; bounded series reach neither.
    init(estimate: Double) {
        let millionths = (estimate * 1e6).rounded(.toNearestOrAwayFromZero)
        if let small = Int64(exactly: millionths) {
            self.init(picodollars: Int128(small) * 1_000_000)
        } else if let large = Int128(exactly: millionths), large.magnitude < 100_000_000_000_000_000_000_000_000_000_000
        {
            self.init(picodollars: large * 1_000_000)
        } else if millionths.isNaN {
            self = .zero
        } else {
            self.init(picodollars: millionths < 0 ? -Money.maximum.picodollars : Money.maximum.picodollars)
        }
    }
}
