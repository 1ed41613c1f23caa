internal import TallyCore

/// The days of a period, told apart into what is known and what is to be forecast.
struct DayPlan {
    /// What was spent so far.
    let spent: Money
    /// How many days are to be forecast, parts of days included.
    let openDays: Double
    /// Days between what is known and the first day of a period still ahead.
    let leadDays: Int
    /// Whether a day has more credits than spend.
    let hasCredits: Bool

    private var plan: [(day: Int, spent: Money, share: Double)] = []

    init(_ series: SpendSeries, _ question: ForecastQuestion) {
        let asOf = question.asOf.daysSinceEpoch
        let days = question.period.first.daysSinceEpoch...question.period.last.daysSinceEpoch
        var known = Money.zero
        var open = 0.0
        var sawCredits = false
        plan.reserveCapacity(days.count)
        for day in days {
            var spent = Money.zero
            var share = 1.0
            if day <= asOf {
                switch series[CivilDate(daysSinceEpoch: day)] {
                case .known(let amount):
                    spent = amount
                    share = day == asOf ? 1 - question.elapsed : 0
                case .unknown:
                    // Whoever states what was spent so far has said it of these days, too.
                    if question.spent != nil { share = day == asOf ? 1 - question.elapsed : 0 }
                }
            }
            if spent < .zero { sawCredits = true }
            known += spent
            open += share
            plan.append((day, spent, share))
        }
        spent = question.spent ?? known
        openDays = open
        leadDays = max(0, days.lowerBound - question.end)
        hasCredits = sawCredits
    }

    /// The weekday shares of what is to be forecast.
    func openShares(_ profile: WeekdayProfile) -> Double {
        plan.reduce(0) { $0 + ($1.share > 0 ? $1.share * profile.share(of: $1.day) : 0) }
    }

    /// The days, with what is expected on those that are open.
    func days(_ expected: (_ day: Int, _ share: Double) -> Money) -> [ForecastDay] {
        plan.map { entry in
            ForecastDay(
                day: CivilDate(daysSinceEpoch: entry.day), spent: entry.spent,
                expected: entry.share > 0 ? expected(entry.day, entry.share) : nil)
        }
    }
}
