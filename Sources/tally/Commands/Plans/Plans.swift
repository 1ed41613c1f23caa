internal import ArgumentParser

/// Plans and credits.
struct Plans: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the plans of billers: fees, credits, allowances.",
        discussion: "Works on the shipped plans and the plan files of the configuration; needs no database.",
        subcommands: [PlansList.self])
}
