public import TallyCore

/// The total that a period is expected to come to, with its uncertainty.
///
/// What is spent is exact. Each day still to come is a statistical estimate, rounded once to the millionth of a unit of
/// currency; the total is the exact sum of both.
public struct Forecast: Sendable, Equatable {
    /// What was asked.
    public let question: ForecastQuestion
    /// What was spent in the period so far.
    public let spent: Money
    /// The days of the period.
    public let days: [ForecastDay]
    /// The total forecast: what is spent and what is expected.
    public let total: Money
    /// How it was made.
    public let method: ForecastMethod
    /// How many known days it was made from.
    public let historyDays: Int

    /// What the quantiles are multiples of.
    let errorScale: Double
    /// Whether a day had more credits than spend, so that the total may yet fall.
    let hasCredits: Bool
    let calibration: Calibration

    init(
        _ question: ForecastQuestion, spent: Money, days: [ForecastDay], method: ForecastMethod, historyDays: Int,
        errorScale: Double, hasCredits: Bool, calibration: Calibration
    ) {
        self.question = question
        self.spent = spent
        self.days = days
        total = days.reduce(spent) { $0 + ($1.expected ?? .zero) }
        self.method = method
        self.historyDays = historyDays
        self.errorScale = errorScale
        self.hasCredits = hasCredits
        self.calibration = calibration
    }

    /// The total that is not exceeded with a probability.
    ///
    /// Never below what is spent, unless the history has days with more credits than spend. Rounded as the days are.
    ///
    /// - Parameter probability: Above 0 and below 1; 0.5 is the forecast itself.
    /// - Returns: The total at that probability.
    public func quantile(_ probability: Double) -> Money {
        let distance = calibration.coefficient(at: probability) * errorScale
        guard distance != 0 else { return total }
        let rest = (total - spent).estimate + distance
        let value = spent + Money(estimate: hasCredits ? rest : max(0, rest))
        // Large amounts have fewer digits as a binary float than they have here.
        return distance < 0 ? min(value, total) : max(value, total)
    }

    /// The interval that holds the total with a probability, as much below it as above.
    ///
    /// - Parameter coverage: Such as 0.8 or 0.95.
    /// - Returns: The lowest and the highest total.
    public func interval(_ coverage: Double) -> ClosedRange<Money> {
        // The probabilities the calibration knows are met exactly.
        let tail = ((1 - coverage) / 2 * 1e6).rounded() / 1e6
        return quantile(tail)...quantile(1 - tail)
    }

    /// The probability that the total passes a budget; 1 when what is spent has passed it already.
    public func probability(ofPassing budget: Money) -> Double {
        if spent > budget, !hasCredits || !days.contains(where: { $0.expected != nil }) { return 1 }
        guard errorScale > 0 else { return total > budget ? 1 : 0 }
        // As estimates, since the difference of two amounts may be larger than any amount.
        return 1 - calibration.probability(of: (budget.estimate - total.estimate) / errorScale)
    }

    /// The first day by whose end the spend passes a budget, as far as the forecast goes; `nil` when it does not.
    ///
    /// A day that is over is the day on which the budget was passed.
    public func dayOfPassing(_ budget: Money) -> CivilDate? {
        // What was spent, if it was stated, need not be the sum of the days; the difference is put on the last of them.
        let stated = spent - days.reduce(Money.zero) { $0 + $1.spent }
        let lastKnown = max(question.period.first, min(question.asOf, question.period.last))
        var running = Money.zero
        for day in days {
            if day.day == lastKnown { running += stated }
            running += day.total
            if running > budget { return day.day }
        }
        return nil
    }
}
