internal import ArgumentParser
internal import TallyConfig
internal import TallyCore
internal import TallyForecast
internal import TallyService

/// What a month will come to.
struct ForecastCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forecast", abstract: "Forecast what a month will come to, from daily spend on standard input.",
        discussion: """
            With '-' standard input is CSV, plain or gzip, with the columns date and amount, and project where there are \
            several: 'tally report --interval day --group-by project --format csv' will do. Amounts of one day add up; \
            an empty amount is unknown, a day without a row is one without spend. Shown are what is spent, the forecast, \
            its 80 % and 95 % intervals, and how far forecasts after the days 3, 7, 14 and 21 of the last three months \
            would have been off, beside the run rate. A total is the sum of its rows; its interval is its own.

            With --jsonl standard input holds one request a line, and each is answered by one line of JSON, in order and \
            as soon as it is made. A line that is not valid gives {"error":…,"line":N}, and the exit code is still 0.

            Neither needs a database. Three days of history are the least.
            """)

    @Argument(help: "'-' to read CSV with date and amount from standard input.")
    var input: String?

    @Flag(help: "Answer requests of JSON lines on standard input.")
    var jsonl = false

    @Option(help: "The month to forecast, e.g. 2026-06 (default: that of --as-of).")
    var month: String?

    @Option(help: "The last day that is known, or a time on a day partly gone by (default: the last day of the input).")
    var asOf: String?

    @Option(help: "The IANA time zone of days and bare times.")
    var timeZone = "UTC"

    @Option(help: "Only this project of the input.")
    var project: String?

    @Option(help: "An amount the total is held against: how likely it is passed, and when.")
    var budget: String?

    @Flag(help: "Show only how forecasts of up to twelve past months would have done.")
    var backtest = false

    @Option(help: "The configuration file, for the longest line of --jsonl.")
    var config: String?

    @Option(help: "How the forecast is printed: table (the default), json or csv; with --jsonl always JSON lines.")
    var format: OutputFormat?

    private static let shownMonths = 3
    private static let backtestMonths = 12

    func run() async throws {
        if let input, input != "-" {
            throw ValidationError("\(input): unknown; write '-' to read CSV from standard input")
        }
        if jsonl { return try await answerLines() }
        guard input != nil else {
            throw ValidationError(
                "forecasts of what is stored are not in this version; write '-' to read date,amount from standard "
                    + "input, as 'tally report --interval day --format csv' prints it, or --jsonl to answer requests")
        }
        guard let zone = ReportZone(name: timeZone) else {
            throw ValidationError("--time-zone: \"\(timeZone)\" is no IANA time zone; write one such as Europe/Berlin")
        }
        let budget = try amount(budget, option: "--budget")
        let stated = try knownTime(zone)
        let month = try firstOfMonth()
        let table = try SpendTable(path: "-", zone: zone, project: project)
        guard let last = table.lastDay else {
            throw CommandFailure(
                project.map { "standard input has no row of the project \"\($0)\"; check the name" }
                    ?? "standard input has no row of spend; write date,amount and the days below")
        }
        let known = stated ?? (day: last, elapsed: 1)
        let question = ForecastQuestion(
            period: ForecastPeriod(monthOf: month ?? known.day), asOf: known.day, elapsed: known.elapsed)
        let forecast = try SpendForecast(
            table, question, budget: budget, backtestMonths: backtest ? Self.backtestMonths : Self.shownMonths)
        if last > known.day {
            StandardError.write("tally: days after \(known.day) are left out\n")
        }
        try show(forecast)
    }

    private func show(_ forecast: SpendForecast) throws {
        switch format ?? .table {
        case .table:
            try StandardOutput.write(backtest ? ForecastTable.backtests(forecast) : ForecastTable.text(forecast))
        case .json:
            try StandardOutput.write((backtest ? ForecastJSON.backtests(forecast) : ForecastJSON.text(forecast)) + [10])
        case .csv: try StandardOutput.write(backtest ? ForecastCSV.backtests(forecast) : ForecastCSV.text(forecast))
        }
    }

    private func answerLines() async throws {
        let others: [(String, Bool)] = [
            ("-", input != nil), ("--month", month != nil), ("--as-of", asOf != nil), ("--project", project != nil),
            ("--budget", budget != nil), ("--backtest", backtest),
        ]
        if let (name, _) = others.first(where: { $0.1 }) {
            throw ValidationError("\(name): not with --jsonl, where every line says what is asked")
        }
        if let format, format != .json {
            throw ValidationError("--format: with --jsonl every answer is a line of JSON")
        }
        let maxLineBytes = try Configuration.load(path: config).importLimits.maxLineBytes
        try await ForecastStream(path: "-", maxLineBytes: maxLineBytes).run { try StandardOutput.write($0) }
    }

    /// The last day known, and how much of it has gone by.
    private func knownTime(_ zone: ReportZone) throws -> (day: CivilDate, elapsed: Double)? {
        guard let asOf else { return nil }
        let time: Instant
        switch TimeText(asOf) {
        case .date(let day): return (day, 1)
        case .wallClock(let reading): time = zone.instant(wallClock: reading)
        case .instant(let instant): time = instant
        case .month, nil:
            throw ValidationError("--as-of: \"\(asOf)\" is no day; write 2026-06-14 or 2026-06-14T12:00:00Z")
        }
        // The very first moment of a day is the end of the day before.
        let day = zone.date(at: time)
        let start = zone.start(of: day).microseconds
        if time.microseconds == start { return (CivilDate(daysSinceEpoch: day.daysSinceEpoch - 1), 1) }
        let length = zone.start(of: day.next).microseconds - start
        return (day, Double(time.microseconds - start) / Double(length))
    }

    private func firstOfMonth() throws -> CivilDate? {
        guard let month else { return nil }
        guard case .month(let first)? = TimeText(month) else {
            throw ValidationError("--month: \"\(month)\" is no month; write 2026-06")
        }
        return first
    }

    private func amount(_ text: String?, option: String) throws -> Money? {
        guard let text else { return nil }
        do throws(Money.ParseFailure) {
            return try Money(parsing: text)
        } catch {
            throw ValidationError("\(option): \"\(text)\" \(error.description); write it as 100 or 99.50")
        }
    }
}
