internal import ArgumentParser
internal import TallyConfig
internal import TallyCore
internal import TallyService
internal import TallyStore

/// Usage and spend.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Show usage and spend.",
        discussion: "The default range is this month. Ranges are half-open: --to names the first moment left out.")

    @OptionGroup var options: DatabaseOptions

    @OptionGroup var range: RangeOptions

    @Option(help: ArgumentHelp("Make rows by these, e.g. project,model.", valueName: "dimensions"))
    var groupBy: String?

    @Option(help: "Make rows by hour, day or month.")
    var interval: String?

    @Option(help: "The most rows; without it, all.")
    var limit: Int?

    @Option(help: "How results are printed: table, json or csv.")
    var format = OutputFormat.table

    func run() async throws {
        let configuration = try Configuration.load(options)
        var parameters = try range.parameters()
        if let groupBy { parameters.append(("group_by", groupBy)) }
        if let interval { parameters.append(("interval", interval)) }
        if let limit { parameters.append(("limit", String(limit))) }
        let question = try RangeOptions.question(parameters)
        let report = try await DatabaseSession.with(options, configuration: configuration) { database in
            try await database.report(question.query)
        }
        switch format {
        case .table: try StandardOutput.write(ReportTable.text(report))
        case .json: try StandardOutput.write(ReportJSON.usage(report) + [10])
        case .csv: try StandardOutput.write(ReportCSV.text(report))
        }
    }
}
