internal import FastJSON
internal import TallyCore
internal import TallyForecast

/// One line of `tally forecast --jsonl`: a history, and what is asked about it.
struct ForecastRequest {
    let series: SpendSeries
    let question: ForecastQuestion
    let budget: Money?
    /// The coverages of the intervals in percent.
    let levels: [Int]

    /// The most intervals of one answer.
    private static let maximumLevels = 20

    /// Reads a request.
    ///
    /// - Throws: ``ForecastFault`` that names the field.
    init(_ root: JSONValue) throws(ForecastFault) {
        guard root.kind == .object else { throw ForecastFault("not a JSON object; write one request a line") }
        guard let history = root["history"], history.kind == .object else {
            throw ForecastFault("history: missing; write {\"start_date\":…,\"daily\":[…]}")
        }
        guard let start = try Self.date(history["start_date"], "history.start_date") else {
            throw ForecastFault("history.start_date: missing; write the date of the first amount")
        }
        guard let daily = history["daily"], daily.kind == .array else {
            throw ForecastFault("history.daily: missing; write an array with the spend of each day")
        }
        var amounts: [Money?] = []
        amounts.reserveCapacity(daily.count)
        for element in daily.elements { amounts.append(try Self.amount(element, "history.daily")) }
        do throws(SpendSeriesError) {
            series = try SpendSeries(firstDay: start, amounts: amounts)
        } catch {
            throw ForecastFault("history.daily: \(error.description)")
        }
        let asOf = try Self.date(root["as_of"], "as_of") ?? series.lastDay
        let month = ForecastPeriod(monthOf: asOf)
        let first = try Self.date(root["period_start"], "period_start") ?? month.first
        let last = try Self.date(root["period_end"], "period_end") ?? ForecastPeriod(monthOf: first).last
        guard let period = ForecastPeriod(first: first, last: last) else {
            throw ForecastFault(
                "period_end: \(last) is before \(first), or more than \(ForecastPeriod.maximumDays) days from it")
        }
        let spent: Money? =
            if let stated = root["month_to_date"] { try Self.amount(stated, "month_to_date") } else { nil }
        question = ForecastQuestion(period: period, asOf: asOf, spent: spent)
        if let stated = root["horizon_days"]?.int64 {
            let days = last.daysSinceEpoch - max(asOf.daysSinceEpoch, first.daysSinceEpoch - 1)
            if stated != max(0, days) {
                throw ForecastFault("horizon_days: \(stated) where as_of and period_end leave \(max(0, days))")
            }
        }
        budget = if let stated = root["budget"] { try Self.amount(stated, "budget") } else { nil }
        levels = try Self.levels(root["levels"])
    }

    private static func levels(_ value: JSONValue?) throws(ForecastFault) -> [Int] {
        guard let value, !value.isNull else { return [80, 95] }
        guard value.kind == .array, value.count <= maximumLevels else {
            throw ForecastFault("levels: not an array of at most \(maximumLevels) whole percents")
        }
        var levels: [Int] = []
        for element in value.elements {
            guard let level = element.int64, (1...99).contains(level) else {
                throw ForecastFault("levels: not a whole percent from 1 to 99")
            }
            if !levels.contains(Int(level)) { levels.append(Int(level)) }
        }
        return levels
    }

    /// A date; `nil` when it is missing or null.
    private static func date(_ value: JSONValue?, _ field: String) throws(ForecastFault) -> CivilDate? {
        guard let value, !value.isNull else { return nil }
        guard let text = value.string, case .date(let date)? = TimeText(text), SpendTable.years.contains(date.year)
        else { throw ForecastFault("\(field): no date from 1900 to 2199; write it as 2026-06-14") }
        return date
    }

    /// An amount as a number or as decimal text; `nil` when it is not known.
    private static func amount(_ value: JSONValue, _ field: String) throws(ForecastFault) -> Money? {
        guard !value.isNull else { return nil }
        guard let text = value.numberText ?? value.text else {
            throw ForecastFault("\(field): neither a number nor null")
        }
        // Most numbers have few decimals and need no string of their own.
        if let decimal = unsafe DecimalText(utf8: text.utf8), let money = try? Money(decimal) { return money }
        return try SpendTable.amount(text.string, field)
    }
}
