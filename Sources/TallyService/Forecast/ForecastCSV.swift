internal import TallyCore
internal import TallyForecast

/// Forecasts as CSV (RFC 4180): a row a project, and the total where there are several.
package enum ForecastCSV {
    private static let accuracy = [
        "months", "forecasts", "error", "bias", "coverage80", "coverage95", "run_rate_error", "run_rate_bias",
    ]

    /// The header and the rows of a forecast; unknown fields are empty.
    package static func text(_ forecast: SpendForecast) -> String {
        let header =
            [
                "month", "as_of", "project", "spent", "forecast", "lo80", "hi80", "lo95", "hi95", "method",
                "history_days",
            ]
            + accuracy
        return lines(header, forecast) { row in
            let known = row.outcome.forecast
            let bounds = [0.8, 0.95].flatMap { coverage in
                known.map { [$0.interval(coverage).lowerBound, $0.interval(coverage).upperBound] } ?? [nil, nil]
            }
            let question = forecast.question
            return [
                String(question.period.first.description.prefix(7)), question.asOf.description, label(row, forecast),
            ]
                + [row.outcome.spent.description, known?.total.description ?? ""]
                + bounds.map { $0?.description ?? "" }
                + [known?.method.rawValue ?? "", String(row.outcome.historyDays)] + fields(row.backtest)
        }
    }

    /// The backtests of a forecast alone.
    package static func backtests(_ forecast: SpendForecast) -> String {
        lines(["project"] + accuracy, forecast) { [label($0, forecast)] + fields($0.backtest) }
    }

    private static func lines(
        _ header: [String], _ forecast: SpendForecast, _ fields: (SpendForecast.Row) -> [String]
    ) -> String {
        let rows = forecast.rows + (forecast.hasProjects ? [forecast.total] : [])
        return ([header] + rows.map(fields)).map { $0.map(ReportCSV.field).joined(separator: ",") + "\r\n" }.joined()
    }

    /// The project, empty where there is none; the row of the total has `total` for a project.
    private static func label(_ row: SpendForecast.Row, _ forecast: SpendForecast) -> String {
        row.project ?? (forecast.hasProjects ? "total" : "")
    }

    private static func fields(_ backtest: Backtest?) -> [String] {
        guard let backtest else { return accuracy.map { _ in "" } }
        return [String(backtest.months), String(backtest.forecasts)]
            + backtest.shares.map { ForecastJSON.share($0.value) }
    }
}
