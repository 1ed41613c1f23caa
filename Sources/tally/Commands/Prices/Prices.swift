internal import ArgumentParser

/// The price table.
struct Prices: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List, show, compare, convert, check and apply the price table.",
        discussion: """
            Works on the price files of the configuration, or on those of --prices. Only apply needs a database.
            """,
        subcommands: [
            PricesList.self, PricesShow.self, PricesDiff.self, PricesImport.self, PricesCheck.self, PricesApply.self,
        ])
}
