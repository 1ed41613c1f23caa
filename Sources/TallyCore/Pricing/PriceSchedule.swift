/// All prices of one model at one biller and provider, laid out so that a charge looks nothing up but one card.
///
/// Dates, hours, context thresholds and service tiers cut the conditions of a call into cells in each of which every
/// class has one rate. The cells are worked out once, when the book is built.
struct PriceSchedule: Sendable {
    private let axes: PriceAxes
    /// The cells, in the order of ``cell(at:inputTokens:serviceTier:)``.
    let cards: [RateCard]

    /// Lays out prices.
    ///
    /// - Parameters:
    ///   - rows: Indices into `prices`, in order of precedence: of two that hold alike, the later wins.
    ///   - prices: All prices of the book.
    ///   - axes: What the conditions of these rows tell apart.
    init(rows: [Int], prices: [Price], axes: PriceAxes) {
        self.axes = axes
        let (dates, minutes) = (axes.dates, axes.minutes)
        let (thresholds, serviceTiers) = (axes.thresholds, axes.serviceTiers)
        var cards: [RateCard] = []
        for date in 0...dates.count {
            for minute in 0..<max(minutes.count, 1) {
                for threshold in 0...thresholds.count {
                    for tier in 0...serviceTiers.count {
                        let cell = Cell(
                            at: date == 0 ? nil : dates[date - 1],
                            minute: minutes.isEmpty ? nil : minutes[minute],
                            threshold: threshold == 0 ? nil : thresholds[threshold - 1],
                            serviceTier: tier == 0 ? nil : serviceTiers[tier - 1])
                        cards.append(RateCard(rows: rows, prices: prices, cell: cell))
                    }
                }
            }
        }
        self.cards = cards
    }

    /// Finds the cell a call lies in.
    ///
    /// - Parameters:
    ///   - time: When the call was made.
    ///   - inputTokens: All tokens of its input, which select the context tier.
    ///   - serviceTier: The service tier in its response.
    /// - Returns: The index of the cell in ``cards``.
    @inline(__always)
    func cell(at time: Instant, inputTokens: Int64, serviceTier: String?) -> Int {
        if cards.count == 1 { return 0 }
        var date = 0
        while date < axes.dates.count, axes.dates[date] <= time { date += 1 }
        var minute = 0
        if !axes.minutes.isEmpty {
            let now = Int(time.timeOfDay / (60 * Instant.microsecondsPerSecond))
            // Before the first boundary the day is still in the cell that began at the last one.
            minute = (axes.minutes.lastIndex { $0 <= now }) ?? axes.minutes.count - 1
        }
        var threshold = 0
        while threshold < axes.thresholds.count, inputTokens > axes.thresholds[threshold] { threshold += 1 }
        var tier = 0
        if let serviceTier, let index = axes.serviceTiers.firstIndex(of: serviceTier) { tier = index + 1 }
        return ((date * max(axes.minutes.count, 1) + minute) * (axes.thresholds.count + 1) + threshold)
            * (axes.serviceTiers.count + 1) + tier
    }

    /// Whether every price holds from some date only, and the time asked for is before the first of them.
    func startsAfter(_ time: Instant) -> Bool {
        guard let firstStart = axes.firstStart else { return false }
        return time < firstStart
    }
}

/// The conditions of one cell of a schedule: everything within it is priced alike.
struct Cell {
    /// The start of the date slice, `nil` before the first date.
    let at: Instant?
    /// A minute of the day within the cell, `nil` when no price has a window.
    let minute: Int?
    /// The highest threshold that is passed.
    let threshold: Int64?
    /// The service tier, `nil` for the default.
    let serviceTier: String?

    func holds(_ conditions: Price.Conditions) -> Bool {
        if let from = conditions.effectiveFrom {
            guard let at, at >= from else { return false }
        }
        if let to = conditions.effectiveTo, let at, at >= to { return false }
        if let window = conditions.window, let minute, !window.contains(minute: minute) { return false }
        if let above = conditions.inputTokensAbove {
            guard let threshold, threshold >= above else { return false }
        }
        return conditions.serviceTier == nil || conditions.serviceTier == serviceTier
    }
}

/// The one rate each class has within a cell.
struct RateCard: Sendable {
    /// Index into the book's prices by class, -1 without one; the class's own or the one it inherits.
    private(set) var priceIndex = UsageClass.Values<Int32>(repeating: -1)
    /// Whether the price names reasoning, which then leaves output.
    private(set) var pricesReasoning = false
    /// The classes that are charged though the usage does not state them, one bit for each: a call is one request.
    private(set) var unstatedMask: UInt32 = 0
    /// Whether no class has a price.
    private(set) var isEmpty = true

    init(rows: [Int], prices: [Price], cell: Cell) {
        var own = [Int?](repeating: nil, count: UsageClass.count)
        for row in rows where cell.holds(prices[row].conditions) {
            let index = prices[row].usageClass.rawValue
            if let held = own[index], Self.specificity(prices[held]) > Self.specificity(prices[row]) { continue }
            own[index] = row
        }
        for usageClass in UsageClass.allCases {
            var holder = usageClass
            while own[holder.rawValue] == nil, let parent = holder.parent { holder = parent }
            guard let row = own[holder.rawValue] else { continue }
            isEmpty = false
            priceIndex[usageClass.rawValue] = Int32(row)
        }
        pricesReasoning = own[UsageClass.reasoning.rawValue] != nil
        if own[UsageClass.requests.rawValue] != nil { unstatedMask = 1 << UInt32(UsageClass.requests.rawValue) }
    }

    /// How many of a class are billed as that class.
    ///
    /// Reasoning is billed within output, unless the price names it, when it is taken out of output, or nobody said how
    /// much output there was. A call that does not say how many requests it stands for is one.
    @inline(__always)
    func billedQuantity(of usageClass: UsageClass, in usage: UsageBuckets) -> Int64 {
        switch usageClass {
        case .reasoning: pricesReasoning || usage[.output] == nil ? usage.quantity(.reasoning) : 0
        case .requests: usage[.requests] ?? 1
        case .output where pricesReasoning: max(usage.quantity(.output) - usage.quantity(.reasoning), 0)
        default: usage.quantity(usageClass)
        }
    }

    /// How closely a price is tied to a cell: its service tier first, then its hours, its context tier, its date.
    private static func specificity(_ price: Price) -> (Int, Int, Int64, Int64) {
        let conditions = price.conditions
        return (
            conditions.serviceTier == nil ? 0 : 1, conditions.window == nil ? 0 : 1,
            conditions.inputTokensAbove ?? -1, conditions.effectiveFrom?.microseconds ?? Int64.min
        )
    }
}
