internal import ArgumentParser
internal import TallyConfig
internal import TallyCore
internal import TallyPlans
internal import TallyService

/// The plans, one row each.
struct PlansList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the plans.",
        discussion: """
            The shipped plans with those of the plan files, which take the place of a shipped plan of the same name. \
            JSON has the source of every number, and each reading of how serverless calls are treated.
            """)

    @Option(help: "The configuration file whose plan files are used.")
    var config: String?

    @Option(name: .customLong("plans"), help: "A plan file to use instead; of several, the later counts.")
    var files: [String] = []

    @Option(help: "How results are printed: table, json or csv.")
    var format = OutputFormat.table

    func run() async throws {
        let table =
            files.isEmpty ? try Configuration.load(path: config).loadPlanTable() : try PlanTable.load(files)
        switch format {
        case .table: try StandardOutput.write(PlanRows.table(table.plans))
        case .csv: try StandardOutput.write(PlanRows.csv(table.plans))
        case .json: try StandardOutput.write(PlanJSON.list(table.plans) + [10])
        }
    }
}
