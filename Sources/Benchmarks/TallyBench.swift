internal import ArgumentParser

/// The benchmarks.
@main
struct TallyBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tally-bench", abstract: "Measure Tally.",
        subcommands: [
            ImportBench.self, KillBench.self, LeakBench.self, OTLPBench.self, PriceBench.self, ProxyBench.self,
        ])
}
