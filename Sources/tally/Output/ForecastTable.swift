internal import TallyCore
internal import TallyForecast
internal import TallyService

/// Forecasts as a table for a terminal.
///
/// Estimates are shown to the cent; JSON and CSV have all their digits.
enum ForecastTable {
    static func text(_ forecast: SpendForecast) -> String {
        let numbers = ["spent", "forecast", "80 % from", "to", "95 % from", "to ", "days", "error", "run rate"]
        var table = TextTable(["project"] + numbers, numbers: Set(numbers))
        for row in forecast.rows { table.append([row.project ?? "(all)"] + figures(row)) }
        if forecast.hasProjects { table.appendFooter(["total"] + figures(forecast.total)) }
        let question = forecast.question
        return "\(question.period.first) to \(question.period.last), known through \(question.asOf), "
            + "\(PriceBook.currency)\n\n" + table.text + notes(forecast)
    }

    /// The backtests of a forecast alone.
    static func backtests(_ forecast: SpendForecast) -> String {
        let numbers = [
            "months", "forecasts", "error", "bias", "in 80 %", "in 95 %", "run rate error", "run rate bias",
        ]
        var table = TextTable(["project"] + numbers, numbers: Set(numbers))
        func cells(_ row: SpendForecast.Row) -> [String] {
            guard let backtest = row.backtest else { return numbers.map { _ in "-" } }
            return [String(backtest.months), String(backtest.forecasts)] + backtest.shares.map { percent($0.value) }
        }
        for row in forecast.rows { table.append([row.project ?? "(all)"] + cells(row)) }
        if forecast.hasProjects { table.appendFooter(["total"] + cells(forecast.total)) }
        return "past months forecast after the days \(Backtest.origins.map(String.init).joined(separator: ", "))\n\n"
            + table.text
    }

    private static func figures(_ row: SpendForecast.Row) -> [String] {
        let days = String(row.outcome.historyDays)
        let accuracy = [row.backtest?.error, row.backtest?.runRateError].map { $0.map(percent) ?? "-" }
        guard let known = row.outcome.forecast else {
            return [row.outcome.spent.description, "not enough data"] + ["-", "-", "-", "-", days] + accuracy
        }
        let bounds = [0.8, 0.95].flatMap { coverage in
            [known.interval(coverage).lowerBound, known.interval(coverage).upperBound]
        }
        return [known.spent.description] + ([known.total] + bounds).map(shown) + [days] + accuracy
    }

    private static func notes(_ forecast: SpendForecast) -> String {
        var lines: [String] = []
        if let budget = forecast.budget, let known = forecast.total.outcome.forecast {
            let chance = percent(known.probability(ofPassing: budget))
            let day = known.dayOfPassing(budget).map { "passed on \($0), as far as the forecast goes" }
            lines.append("budget \(budget): passed with a probability of \(chance); \(day ?? "not passed as forecast")")
        }
        if forecast.unforecastRows > 0, forecast.hasProjects {
            lines.append(
                "\(Counted(forecast.unforecastRows, "project")) with less than 3 days of history: "
                    + "the total has only what was spent")
        }
        return lines.isEmpty ? "" : "\n" + lines.map { $0 + "\n" }.joined()
    }

    /// An estimate to the cent, a small one to its last digit.
    private static func shown(_ amount: Money) -> String {
        let cent: Int128 = 10_000_000_000
        guard amount.picodollars.magnitude >= 100 * cent.magnitude else { return amount.description }
        let half = amount.picodollars < 0 ? -cent / 2 : cent / 2
        return Money(picodollars: (amount.picodollars + half) / cent * cent).description
    }

    private static func percent(_ share: Double) -> String {
        // Next to nothing spent may make an error of any size.
        guard abs(share) < 1000 else { return share < 0 ? "< -99999 %" : "> 99999 %" }
        let tenths = Int((share * 1000).rounded())
        return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10) %"
    }
}
