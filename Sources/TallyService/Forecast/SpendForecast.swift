package import TallyCore
package import TallyForecast

/// What a table of spend comes to: a row for each project, and the total.
package struct SpendForecast: Sendable {
    /// One project, or all of them.
    package struct Row: Sendable {
        /// The project; `nil` for the total, and where there are no projects.
        package let project: String?
        /// What it comes to.
        package let outcome: ForecastOutcome
        /// How well forecasts of it would have done; `nil` when no month can be compared.
        package let backtest: Backtest?
    }

    /// What was asked.
    package let question: ForecastQuestion
    /// The budget of the total, and of the row where there is but one.
    package let budget: Money?
    /// The projects by name.
    package let rows: [Row]
    /// Their sum.
    package let total: Row
    /// Rows with too little data, of which the total holds only what they have spent.
    package let unforecastRows: Int
    /// Whether the table has a column of projects.
    package let hasProjects: Bool

    /// The most days of all projects together, from the first of each to the last known; each takes 32 bytes.
    package static let maximumDays = 10_000_000

    /// Forecasts a table.
    ///
    /// - Parameters:
    ///   - table: The spend; days after the question's `asOf` are left out.
    ///   - question: What is to be forecast.
    ///   - budget: What the total is held against.
    ///   - backtestMonths: How many past months the accuracy is taken from.
    /// - Throws: ``SpendSeriesError``, or ``ForecastFault`` when there are more than ``maximumDays``.
    package init(
        _ table: SpendTable, _ question: ForecastQuestion, budget: Money? = nil, backtestMonths: Int
    ) throws {
        var series: [SpendSeries] = []
        var days = 0
        for project in table.projects {
            let one = try SpendSeries(project.entries, through: question.asOf)
            days += one.amounts.count
            if days > Self.maximumDays {
                throw ForecastFault(
                    "more than \(Self.maximumDays) days of all projects; forecast some at a time with --project")
            }
            series.append(one)
        }
        let forecaster = Forecaster()
        let known = CivilDate(daysSinceEpoch: question.asOf.daysSinceEpoch - (question.elapsed < 1 ? 1 : 0))
        let sum = try forecaster.forecast(series, question)
        let backtests = try forecaster.backtest(series, through: known, months: backtestMonths)
        self.question = question
        self.budget = budget
        rows = table.projects.indices.map { place in
            Row(project: table.projects[place].name, outcome: sum.rows[place], backtest: backtests.rows[place])
        }
        total = Row(project: nil, outcome: sum.total, backtest: backtests.total)
        unforecastRows = sum.unforecastRows
        hasProjects = table.projects.contains { $0.name != nil }
    }
}
