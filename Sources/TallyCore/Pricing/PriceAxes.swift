/// What the prices of one model tell apart: the boundaries along which a ``PriceSchedule`` is cut into cells.
struct PriceAxes: Sendable {
    /// The instants at which some price begins or ends, ascending.
    let dates: [Instant]
    /// The minutes of the day at which some window begins or ends, ascending.
    let minutes: [Int]
    /// The context thresholds, ascending.
    let thresholds: [Int64]
    /// The service tiers that have a price of their own.
    let serviceTiers: [String]
    /// The instant the first price holds from, `nil` when some price holds from the beginning.
    let firstStart: Instant?

    /// The most cells of one model: bounds the memory and time a price file can ask for (I9).
    static let maximumCells = 4096

    /// The boundaries of some conditions.
    init(_ conditions: [Price.Conditions]) {
        dates = Set(conditions.flatMap { [$0.effectiveFrom, $0.effectiveTo] }.compactMap(\.self)).sorted()
        minutes = Set(conditions.compactMap(\.window).flatMap { [$0.startMinute, $0.endMinute] }).sorted()
        thresholds = Set(conditions.compactMap(\.inputTokensAbove)).sorted()
        serviceTiers = Set(conditions.compactMap(\.serviceTier)).sorted()
        let starts = conditions.compactMap(\.effectiveFrom)
        firstStart = starts.count == conditions.count ? starts.min() : nil
    }

    /// How many cells they make; `nil` when more than ``maximumCells``.
    var cellCount: Int? {
        var count = 1
        for choices in [dates.count + 1, max(minutes.count, 1), thresholds.count + 1, serviceTiers.count + 1] {
            // Both factors are bounded, the one by this limit, the other by the number of prices.
            count *= choices
            if count > Self.maximumCells { return nil }
        }
        return count
    }
}
