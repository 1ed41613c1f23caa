public import TallyCore

extension Forecaster {
    /// Forecasts past months of a series after the days ``Backtest/origins``, and compares with what they came to.
    ///
    /// - Parameters:
    ///   - series: The spend of each day.
    ///   - lastDay: The last day that is known; only months that end by then are forecast.
    ///   - months: How many months at most, the latest ones.
    /// - Returns: The accuracy; `nil` when no month can be compared: none is whole and known, three days were never known
    ///   before, or nothing was spent.
    public func backtest(_ series: SpendSeries, through lastDay: CivilDate, months: Int = 12) -> Backtest? {
        var trials = Trials(series)
        for question in Self.pastQuestions(from: series.firstDay, through: lastDay, months: months) {
            trials.add(forecast(series, question))
        }
        return trials.result
    }

    /// Forecasts past months of several series and of their sum, as ``forecast(_:_:)-([SpendSeries],_)`` does.
    ///
    /// - Parameters:
    ///   - series: The spend of each project.
    ///   - lastDay: The last day that is known; only months that end by then are forecast.
    ///   - months: How many months at most, the latest ones.
    /// - Returns: The accuracy of each row and of the total, as far as there are months to compare.
    /// - Throws: ``SpendSeriesError`` when the days' sums are larger than any series may be.
    public func backtest(
        _ series: [SpendSeries], through lastDay: CivilDate, months: Int = 12
    ) throws(SpendSeriesError) -> BacktestSum {
        guard let sum = try SpendSeries.sum(series) else {
            return BacktestSum(rows: series.map { _ in nil }, total: nil)
        }
        var rows = series.map(Trials.init)
        var total = Trials(sum)
        for question in Self.pastQuestions(from: sum.firstDay, through: lastDay, months: months) {
            let outcomes = series.map { forecast($0, question) }
            for place in rows.indices { rows[place].add(outcomes[place]) }
            total.add(summed(outcomes, own: forecast(sum, question)))
        }
        return BacktestSum(rows: rows.map(\.result), total: total.result)
    }

    /// What would have been asked in the whole months that end by a day, the latest first.
    private static func pastQuestions(
        from firstDay: CivilDate, through lastDay: CivilDate, months: Int
    ) -> [ForecastQuestion] {
        var questions: [ForecastQuestion] = []
        var month = ForecastPeriod(monthOf: lastDay.next).previous
        for _ in 0..<max(0, months) where month.last >= firstDay {
            questions += Backtest.origins.map { origin in
                let asOf = CivilDate(daysSinceEpoch: month.first.daysSinceEpoch + origin - 1)
                return ForecastQuestion(period: month, asOf: asOf)
            }
            month = month.previous
        }
        return questions
    }
}

extension ForecastPeriod {
    /// The calendar month before the first day's.
    fileprivate var previous: ForecastPeriod {
        ForecastPeriod(monthOf: CivilDate(daysSinceEpoch: first.startOfMonth.daysSinceEpoch - 1))
    }
}
