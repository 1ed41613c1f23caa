internal import ArgumentParser

/// The price table: files and what is in force.
struct Prices: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prices", abstract: "Put price files in force.", subcommands: [PricesApply.self])
}
