internal import ArgumentParser
internal import TallyConfig
internal import TallyCore
internal import TallyService
internal import TallyStore

/// Computes stored costs anew.
struct RepriceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reprice", abstract: "Recompute stored costs after a price correction.",
        discussion: """
            Every call of the range is charged again with the prices that are in force now for its own time. The \
            configured price files are applied first if they have changed. Only computed costs change: what was \
            reported or billed stays, and goes on counting before them. Every change leaves an audit row, which \
            `tally explain` shows. A run that was broken off is taken up again by the same command.
            """)

    @OptionGroup var options: DatabaseOptions

    @Option(help: "The beginning: a month, a date or a time.")
    var from: String

    @Option(help: "The end, which is left out: a month, a date or a time (default: that of the month).")
    var to: String?

    @Option(
        name: .customLong("filter"),
        help: ArgumentHelp(
            "Only these calls, e.g. model=gpt-4o-mini; repeated values are alternatives.",
            valueName: "dimension=value"))
    var filters: [String] = []

    @Option(help: "The IANA time zone of days, months and bare dates.")
    var timeZone = "UTC"

    @Option(help: "Why, for the audit.")
    var note: String?

    @Flag(help: "Only say what would change; nothing is written.")
    var dryRun = false

    @Option(help: "How the summary is printed: table, json or csv.")
    var format = OutputFormat.table

    /// Bytes of the longest note.
    private static let maximumNoteBytes = 1000

    func run() async throws {
        if let note, note.utf8.count > Self.maximumNoteBytes {
            throw ValidationError("--note: longer than \(Self.maximumNoteBytes) bytes; shorten it")
        }
        let configuration = try Configuration.load(options)
        let parameters = try RangeOptions.parameters(from: from, to: to, filters: filters, timeZone: timeZone)
        let query = try RangeOptions.question(parameters, grouping: false).query
        let counter = EventCounter()
        let summary = try await DatabaseSession.with(options, configuration: configuration) { database in
            let mode: RepriceRequest.Mode
            if dryRun {
                let prices = try ConfiguredPrices(configuration)
                mode = .dryRun(book: try await PriceApplier(database).proposedBook(prices))
            } else {
                try await PriceUpkeep.applyIfChanged(database, configuration)
                mode = .write(note: note)
            }
            let request = RepriceRequest(
                query: query, mode: mode, batchEvents: configuration.importLimits.batchEvents)
            return try await database.reprice(request) { counter.show($0) }
        }
        counter.clear()
        if summary.isResumed, let note, let standing = summary.note, standing != note {
            StandardError.write(
                "tally: run \(summary.runID ?? 0) is taken up with the note it was begun with: "
                    + "\"\(standing)\" stands, --note is left out\n")
        }
        switch format {
        case .json: try StandardOutput.write(RepriceJSON.text(summary, of: query) + [10])
        case .csv: try StandardOutput.write(RepriceJSON.csv(summary))
        case .table: try StandardOutput.write(text(summary, query))
        }
    }

    private func text(_ summary: RepriceSummary, _ query: ReportQuery) -> String {
        let money = PriceBook.currency
        let header = [
            "model", "events", "changed", "old \(money)", "new \(money)", "difference", "newly priced",
            "newly unpriced", "unpriced",
        ]
        var table = TextTable(header, numbers: Set(header.dropFirst()))
        func cells(_ label: String, _ sums: RepriceSums) -> [String] {
            [label] + RepriceJSON.cells(sums).map { $0 ?? "unpriced" }
        }
        for row in summary.rows { table.append(cells(row.model ?? "(unknown)", row.sums)) }
        table.appendFooter(cells("total", summary.totals))
        var lines = ["\(query.from) to \(query.to), computed costs only"]
        if let runID = summary.runID {
            lines.append("run \(runID)" + (summary.isResumed ? ", taken up where it had been broken off" : ""))
        } else {
            lines.append("dry run: nothing was written")
        }
        return lines.joined(separator: "; ") + "\n\n" + table.text
    }
}

/// A line on the terminal that counts events; nothing elsewhere.
struct EventCounter: Sendable {
    private let isShown = StandardError.isTerminal

    /// Draws over the last state.
    func show(_ count: Int64) {
        if isShown { StandardError.write("\r\u{1B}[K\(Counted(count, "event"))") }
    }

    /// Takes the line away.
    func clear() {
        if isShown { StandardError.write("\r\u{1B}[K") }
    }
}
