internal import FastJSON
internal import TallyCore
package import TallyForecast

/// Forecasts as JSON, in the form of `GET /api/v1/forecast`.
package enum ForecastJSON {
    /// A forecast as one object.
    package static func text(_ forecast: SpendForecast) -> [UInt8] {
        var writer = header(forecast)
        writer.key("rows")
        writer.beginArray()
        for row in forecast.rows { append(row, of: forecast, budget: nil, to: &writer) }
        writer.endArray()
        writer.key("total")
        append(forecast.total, of: forecast, budget: forecast.budget, to: &writer)
        writer.member("unforecast_rows", forecast.unforecastRows)
        writer.endObject()
        return writer.bytes
    }

    /// The backtests of a forecast alone.
    package static func backtests(_ forecast: SpendForecast) -> [UInt8] {
        var writer = header(forecast)
        func append(_ row: SpendForecast.Row) {
            writer.beginObject()
            writer.member("project", row.project)
            writer.key("backtest")
            Self.append(row.backtest, to: &writer)
            writer.endObject()
        }
        writer.key("rows")
        writer.beginArray()
        for row in forecast.rows { append(row) }
        writer.endArray()
        writer.key("total")
        append(forecast.total)
        writer.endObject()
        return writer.bytes
    }

    /// Why there is no forecast.
    package static func notEnoughData(_ days: Int) -> String {
        "not enough data: \(days) day\(days == 1 ? "" : "s") of history, and 3 are needed"
    }

    /// A share as a JSON number of at most six decimals.
    static func share(_ value: Double) -> String { ((value * 1e6).rounded() / 1e6).description }

    private static func header(_ forecast: SpendForecast) -> JSONWriter {
        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        writer.member("month", String(forecast.question.period.first.description.prefix(7)))
        writer.member("as_of", forecast.question.asOf.description)
        writer.member("currency", PriceBook.currency)
        return writer
    }

    private static func append(
        _ row: SpendForecast.Row, of forecast: SpendForecast, budget: Money?, to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("project", row.project)
        writer.member("spent", row.outcome.spent.description)
        let known = row.outcome.forecast
        writer.member("forecast", known?.total.description)
        for (name, coverage) in [("p80", 0.8), ("p95", 0.95)] {
            writer.key(name)
            if let interval = known?.interval(coverage) {
                writer.beginArray()
                writer.string(interval.lowerBound.description)
                writer.string(interval.upperBound.description)
                writer.endArray()
            } else {
                writer.null()
            }
        }
        writer.member("method", known?.method.rawValue)
        writer.member("history_days", row.outcome.historyDays)
        if known == nil { writer.member("reason", notEnoughData(row.outcome.historyDays)) }
        if let budget {
            writer.member("budget", budget.description)
            writer.key("p_exceed")
            if let known { writer.numberText(share(known.probability(ofPassing: budget))) } else { writer.null() }
            writer.member("passes_on", known?.dayOfPassing(budget)?.description)
        }
        writer.key("backtest")
        append(row.backtest, to: &writer)
        writer.endObject()
    }

    private static func append(_ backtest: Backtest?, to writer: inout JSONWriter) {
        guard let backtest else { return writer.null() }
        writer.beginObject()
        writer.member("months", backtest.months)
        writer.member("forecasts", backtest.forecasts)
        for (name, value) in backtest.shares {
            writer.key(name)
            writer.numberText(share(value))
        }
        writer.endObject()
    }
}

extension Backtest {
    /// The figures by name.
    package var shares: [(name: String, value: Double)] {
        [
            ("error", error), ("bias", bias), ("coverage80", coverage80), ("coverage95", coverage95),
            ("run_rate_error", runRateError), ("run_rate_bias", runRateBias),
        ]
    }
}
