internal import ArgumentParser

/// The benchmarks.
@main
struct TallyBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tally-bench", abstract: "Measure Tally.", subcommands: [ImportBench.self, PriceBench.self])
}
