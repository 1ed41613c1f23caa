internal import ArgumentParser
internal import TallyCore
internal import TallyService

/// The prices, one row each.
struct PricesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List prices.",
        discussion: "Of two rows that hold alike the later counts. --at leaves only those that count at that time.")

    @OptionGroup var table: PriceTableOptions

    @OptionGroup var selected: PriceSelectionOptions

    @Option(help: "Only prices of this model, by any of its names.")
    var model: String?

    @Option(help: "How results are printed: table, json or csv.")
    var format = OutputFormat.table

    func run() async throws {
        var selection = try selected.selection()
        selection.model = model
        let prices = try table.load().prices(selection)
        switch format {
        case .table: try StandardOutput.write(PriceRows.table(prices))
        case .csv: try StandardOutput.write(PriceRows.csv(prices))
        case .json: try StandardOutput.write(PriceJSON.list(prices[...], nextCursor: nil) + [10])
        }
    }
}
