internal import ArgumentParser
internal import TallyCore
internal import TallyService

/// What the author of a price table hardly meant.
struct PricesCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check the price table for gaps and overlaps.",
        discussion: """
            Finds times without a price between two prices, two prices of the same time, prices listed twice, classes \
            that have a price while the class they are part of has none, and names of models that mean nothing or two \
            things. Ends with 1 when there is any.
            """)

    @OptionGroup var table: PriceTableOptions

    @Option(help: "How results are printed: table, json or csv.")
    var format = OutputFormat.table

    func run() async throws {
        let table = try table.load()
        let problems = PriceProblem.all(in: table)
        switch format {
        case .json: try StandardOutput.write(PriceJSON.problems(problems) + [10])
        case .csv:
            let rows = [Self.columns] + problems.map(fields)
            try StandardOutput.write(rows.map { $0.map(ReportCSV.field).joined(separator: ",") + "\r\n" }.joined())
        case .table:
            var text = TextTable(Self.columns, numbers: [])
            for problem in problems { text.append(fields(problem)) }
            try StandardOutput.write(
                (problems.isEmpty ? "" : text.text + "\n")
                    + "\(Counted(table.prices.count, "price")), \(Counted(problems.count, "problem"))\n")
        }
        if !problems.isEmpty { throw ExitCode(1) }
    }

    private static let columns = ["kind", "biller", "provider", "model", "detail"]

    private func fields(_ problem: PriceProblem) -> [String] {
        [problem.kind.rawValue, problem.biller, problem.provider ?? "*", problem.model, problem.detail]
    }
}
